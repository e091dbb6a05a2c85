"""`python -m portal.new_key`: prints a key for FIELD_KEYS or INDEX_KEYS. No command of manage.py, as those ask for the keys first."""

from portal.encryption import new_key

if __name__ == "__main__":
    print(new_key())
