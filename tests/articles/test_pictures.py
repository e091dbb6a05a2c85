"""Pictures: what is taken, what is kept of it, how it is shown, and how its files are served."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from articles import pictures
from articles.models import Edition, Picture
from tests import factories

pytestmark = pytest.mark.django_db
ADD = "/staff/articles/picture/add/"
SENT = {"key": "mirror", "language": "en", "alt": "A mirror on a table.", "credit": "Photo: the office"}


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(content: bytes) -> list[dict]:
    return pictures.store(io.BytesIO(content))


def read(settings, name: str) -> Image.Image:
    return Image.open(io.BytesIO((settings.PICTURES_ROOT / name).read_bytes()))


def test_an_editor_uploads_a_picture_and_sees_it_and_its_code(as_staff, editor):
    staff = as_staff(editor)
    answer = staff.post(ADD, SENT | {"file": upload(factories.image(size=(2000, 1000))), "_continue": "1"}, follow=True)
    page = answer.content.decode()
    picture = Picture.objects.get()
    assert [size["width"] for size in picture.sizes] == [480, 960, 1600]
    assert picture.sizes[0]["height"] == 240
    assert "![A mirror on a table.](picture:mirror)" in page
    assert f'src="/pictures/{picture.sizes[0]["plain"]}"' in page


@pytest.mark.parametrize("missing", ["alt", "key", "file"])
def test_words_key_and_file_are_asked_for(as_staff, editor, settings, missing):
    sent = SENT | {"file": upload(factories.image(size=(300, 300)))}
    sent.pop(missing)
    page = as_staff(editor).post(ADD, sent).content.decode()
    assert "This field is required." in page and not Picture.objects.exists()
    assert not settings.PICTURES_ROOT.exists()  # no file is made for a form that is refused


def huge_png() -> bytes:
    """A few bytes that say they hold 100 million pixels."""
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT"


def moving_png() -> bytes:
    made = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("white", "black")]
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG or PNG"),
        (b"GIF89a" + b"\0" * 50, "not a JPEG or PNG"),
        (b"\xff\xd8\xff\xe0 no picture at all", "damaged"),
        (factories.image(size=(800, 600))[:400], "damaged"),
        (huge_png(), "40 million pixels"),
        (moving_png(), "moves"),
        (factories.image(size=(100, 100)), "too small"),
        (factories.image(size=(300, 1300)), "four times as high"),
    ],
    ids=["svg", "gif", "no jpeg", "cut", "bomb", "moving", "tiny", "a strip"],
)
def test_what_is_no_plain_picture_is_refused_with_its_reason(as_staff, editor, content, said):
    page = as_staff(editor).post(ADD, SENT | {"file": upload(content)}).content.decode()
    assert said in page and not Picture.objects.exists()


def test_a_file_that_is_too_heavy_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(ValidationError, match="15 MB"):
        stored(factories.image(size=(400, 400)))


def test_place_and_camera_are_taken_out_and_the_picture_stands_upright(settings):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "Camera of Maria"
    exif.get_ifd(0x8825)[1] = "N"
    sizes = stored(factories.image(size=(600, 400), exif=exif))
    assert (sizes[-1]["width"], sizes[-1]["height"]) == (400, 600)
    for name in (sizes[-1]["avif"], sizes[-1]["webp"], sizes[-1]["plain"]):
        content = (settings.PICTURES_ROOT / name).read_bytes()
        assert b"Maria" not in content and not read(settings, name).getexif()


def test_a_picture_one_can_see_through_falls_back_to_png(settings):
    made = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(made, "PNG")
    (size,) = stored(made.getvalue())
    assert size["plain"].endswith(".png") and read(settings, size["plain"]).mode == "RGBA"


def test_no_avif_is_made_where_the_machine_cannot_write_it_or_the_picture_is_vast(monkeypatch):
    assert "avif" in stored(factories.image(size=(500, 500)))[0]
    assert not any("avif" in size for size in stored(factories.image(size=(1100, 4000))))
    monkeypatch.setattr(pictures.features, "check", lambda name: False)
    sizes = stored(factories.image(size=(500, 500)))
    assert not any("avif" in size for size in sizes)
    assert "image/avif" not in pictures.figure(sizes, alt="A hand", credit="")


def test_older_pictures_get_their_avif_once_and_texts_show_it(settings, capsys):
    factories.reference("R001")
    picture = factories.picture()
    plain = [{name: value for name, value in size.items() if name != "avif"} for size in picture.sizes]
    Picture.objects.update(sizes=plain)
    article = factories.article(body="![A hand](picture:sample-picture)\n\nCells.[R001]")
    assert "image/avif" not in Edition.objects.get(article=article).rendered["body"]
    for said in ("1 pictures.", "0 pictures."):
        call_command("add_avif")
        assert said in capsys.readouterr().out
    sizes = Picture.objects.get().sizes
    assert [{name: size[name] for name in plain[0]} for size in sizes] == plain
    html = Edition.objects.get(article=article).rendered["body"]
    assert f"/pictures/{sizes[0]['avif']} 480w" in html and html.index("image/avif") < html.index("image/webp")
    assert read(settings, sizes[1]["avif"]).size == (sizes[1]["width"], sizes[1]["height"])


def test_an_older_picture_whose_file_is_lost_stays_as_it_is(settings):
    picture = factories.picture()
    Picture.objects.update(sizes=[{name: value for name, value in size.items() if name != "avif"} for size in picture.sizes])
    (settings.PICTURES_ROOT / picture.sizes[0]["plain"]).unlink()
    call_command("add_avif")
    assert "avif" not in Picture.objects.get().sizes[0]


def test_a_small_picture_is_not_blown_up():
    assert [size["width"] for size in stored(factories.image(size=(700, 300)))] == [480, 700]


@pytest.mark.parametrize(("kind", "start"), [("avif", b"avif"), ("webp", b"WEBP")])
def test_files_are_served_to_everybody_for_a_year_without_a_cookie(client, kind, start):
    name = factories.picture().sizes[0][kind]
    answer = client.get(f"/pictures/{name}")
    assert answer.status_code == 200 and answer["Content-Type"] == f"image/{kind}"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin" and not answer.cookies
    assert answer.getvalue()[8:12] == start
    answer.close()
    assert client.post(f"/pictures/{name}").status_code == 405


@pytest.mark.parametrize("name", ["nothing.webp", "..%2F..%2Fmanage.py", "a" * 24 + ".webp", "a" * 24 + ".svg"])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/pictures/{name}").status_code == 404


def test_a_text_shows_it_with_width_height_and_the_words_of_the_text():
    factories.reference("R001")
    picture = factories.picture(credit="Photo: <b>us</b>")
    article = factories.article(body="Before.[R001]\n\n![Una mano](picture:sample-picture)\n\nAfter.")
    html = Edition.objects.get(article=article).rendered["body"]
    assert 'alt="Una mano"' in html and 'width="960" height="640"' in html and 'loading="lazy"' in html
    assert f"/pictures/{picture.sizes[1]['webp']} 960w" in html and 'type="image/webp"' in html
    assert "Photo: &lt;b&gt;us&lt;/b&gt;" in html and "<p><figure" not in html


def test_a_new_file_is_in_the_texts_at_once_and_the_old_one_is_still_served(as_staff, editor, client):
    factories.reference("R001")
    picture = factories.picture()
    factories.article(body="![A hand](picture:sample-picture)\n\nCells.[R001]")
    sent = {"language": "en", "alt": "A hand.", "credit": "", "opened_version": "1"}
    new = upload(factories.image(size=(500, 500), suffix="PNG"), "new.png")
    assert as_staff(editor).post(f"/staff/articles/picture/{picture.pk}/change/", sent | {"file": new}).status_code == 302
    old = picture.sizes[0]["webp"]
    picture.refresh_from_db()
    page = client.get("/en/articles/sample-article/").content.decode()
    assert picture.sizes[0]["webp"] in page and old not in page
    answer = client.get(f"/pictures/{old}")
    assert answer.status_code == 200
    answer.close()
