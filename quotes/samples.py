"""Sample cases for a developer's machine, as data. Every name says "Sample"; nobody here exists."""

from typing import Any

Answers = dict[str, Any]

BASE: Answers = {
    "new_signs": ["none"],
    "filler_role": "patient",
    "birth_year": "1961",
    "stroke_type": "ischaemic",
    "still_changing": "same",
    "f1": "yes",
    "f2": "no",
    "thinners": ["none"],
    "cancer": "no",
    "implants": ["none"],
    "cells_before": "no",
}

STAFF: tuple[tuple[str, str, str], ...] = (
    ("Carmen Sample", "coordinator", "coordinator"),
    ("Omar Sample", "coordinator", "coordinator"),
    ("Rana Sample", "clinical reviewer", "clinical reviewer"),
    ("Mona Sample", "manager", "manager"),
    ("Edith Sample", "editor", ""),
    ("Audrey Sample", "auditor", ""),
    ("Sasha Sample", "system", ""),
)

# by first name: the languages they write, whether new cases come to them by themselves, the language of their daily e-mail
WORK: dict[str, tuple[list[str], bool, str]] = {
    "Carmen": (["en", "es"], True, "es"),
    "Omar": (["en", "ar"], True, "ar"),
    "Mona": (["en"], False, "en"),
}

CLINICS: tuple[dict[str, Any], ...] = (
    {
        "name": "Sample clinic, Seville",
        "country": "ES",
        "city": "Seville",
        "languages": ["es", "en", "ar"],
        "accreditation": "Sample accreditation",
        "notes": "Asked on the first day: staff, hours of therapy, prices. No answer yet about follow-up at home.",
    },
    {"name": "Sample clinic, Lisbon", "country": "PT", "city": "Lisbon", "notes": "Asked for the question sheet. No answer."},
)

# What the first clinic said, by question of the sheet: (days ago, answer, proof). It was asked all of them; so was the second one.
ASKED_DAYS_AGO = 30
CLINIC_ANSWERS: dict[str, tuple[int, str, str]] = {
    "normal-care": (24, "Sample answer: yes, it is normal care. We follow the national guideline.", ""),
    "emergency-care": (
        24,
        "Sample answer: the university hospital, ten minutes away, at night too.",
        "Sample letter of the hospital",
    ),
    "whole-cost": (
        20,
        "Sample answer: the list that we sent. Flights and the stay of a companion are not in it.",
        "Sample price list",
    ),
    "refund": (20, "Sample answer: everything but the first assessment, if you cancel a week before.", ""),
}

# (place among CLINICS, treatment, what for, low and high in cents, days ago, what is not in it)
CURRENCY = "EUR"
PRICES: tuple[tuple[int, str, str, int, int, int, str], ...] = (
    (0, "rehabilitation", "Sample price: three weeks of full days", 270000, 340000, 20, "Flights, stay, meals in the evening."),
    (0, "rehabilitation", "Sample price: one more week", 90000, 110000, 20, "The stay."),
    (1, "rehabilitation", "Sample price: four weeks of half days", 250000, 290000, 220, "Stay and meals."),
)

RATE_SOURCE = "sample figure, not a real rate"
RATES: tuple[tuple[str, str], ...] = (
    ("USD", "1.1"),
    ("GBP", "0.85"),
    ("AED", "4"),
    ("MXN", "20"),
    ("EGP", "50"),
)  # for one euro

# key: (language, months since the stroke, answers on top of BASE)
CASES: dict[str, tuple[str, int, Answers]] = {
    "new": (
        "es",
        20,
        {
            "filler_name": "Pilar Sample",
            "email": "pilar@example.org",
            "phone": "+34 600 000 001",
            "country": "ES",
            "language": "es",
            "thinners": ["aspirin"],
            "goals": "Quiero volver a caminar hasta el mercado sin bastón y escribir con la mano derecha.",
        },
    ),
    "emergency": (
        "ar",
        7,
        {
            "new_signs": ["weakness", "speech"],
            "filler_role": "family",
            "patient_knows": "yes",
            "filler_name": "Huda Sample",
            "email": "huda@example.org",
            "phone": "+20 100 000 0002",
            "country": "EG",
            "language": "ar",
            "f1": "no",
            "f2": "",
            "f4": "no",
            "f5": "yes",
            "thinners": ["unknown"],
            "implants": ["unknown"],
            "goals": "نتمنى أن يستطيع والدي الجلوس معنا على المائدة وأن يقول أسماءنا.",
        },
    ),
    "flagged": (
        "en",
        31,
        {
            "filler_role": "family",
            "patient_knows": "not_asked",
            "filler_name": "Tom Sample",
            "email": "tom@example.org",
            "country": "GB",
            "language": "en",
            "cells_before": "yes",
            "cells_details": "A clinic abroad, two years ago, by a drip. We do not know the name of the product.",
            "after_cells": ["none"],
            "goals": "My wife would like to read to our grandson again. She tires after a few words.",
        },
    ),
    "asked": (
        "es",
        4,
        {
            "filler_name": "Lucía Sample",
            "email": "lucia@example.org",
            "country": "MX",
            "language": "es",
            "stroke_type": "unknown",
            "cancer": "unknown",
            "goals": "Poder cocinar sola otra vez.",
        },
    ),
    "approval": (
        "en",
        26,
        {
            "filler_name": "Grace Sample",
            "email": "grace@example.org",
            "phone": "+1 202 555 0105",
            "country": "US",
            "language": "en",
            "thinners": ["clopidogrel"],
            "goals": "I want to play the piano with both hands. I read about cells and want to know if it is worth it.",
        },
    ),
    "recommended": (
        "en",
        14,
        {
            "filler_name": "Piet Sample",
            "email": "piet@example.org",
            "country": "NL",
            "language": "nl",
            "goals": "Ride my bicycle to the harbour. I know that may be too much; a tricycle is fine too.",
        },
    ),
    "accepted": (
        "ar",
        18,
        {
            "filler_name": "Salma Sample",
            "email": "salma@example.org",
            "phone": "+971 50 000 0007",
            "country": "AE",
            "language": "ar",
            "f1": "no",
            "f2": "",
            "f4": "yes",
            "goals": "أريد أن أصعد الدرج وحدي وأن أحمل حفيدتي.",
        },
    ),
    "together": (
        "en",
        16,
        {
            "filler_name": "Ruth Sample",
            "email": "ruth@example.org",
            "phone": "+44 20 7946 0958",
            "country": "GB",
            "language": "en",
            "goals": "Walk to the allotment with my grandchildren, and hold a watering can in my right hand.",
        },
    ),
    "closed": (
        "es",
        2,
        {
            "filler_name": "Jorge Sample",
            "email": "jorge@example.org",
            "country": "AR",
            "language": "es",
            "birth_year": "1939",
            "goals": "Saber si un viaje tiene sentido para mi padre.",
        },
    ),
    "suspect": (
        "en",
        12,
        {
            "filler_name": "Sample Sender",
            "email": "sender@example.org",
            "country": "US",
            "language": "en",
            "goals": "Buy followers now sample sample sample.",
        },
    ),
}

# who shares the case "together": name, address, role
CIRCLE: tuple[tuple[str, str, str], ...] = (
    ("Ellen Sample", "ellen@example.org", "writer"),
    ("Ben Sample", "ben@example.org", "reader"),
)
FOLLOW_UP: Answers = {
    "how": "better",
    "f1": "yes",
    "f2": "no",
    "treatment": "no",
    "words": "I practise every day with Ellen. The stairs are easier. We want to come in spring.",
}
LETTER_TEXT = "Sample discharge letter\n\nThis is no real document.\nNobody in it exists."

TEXTS: dict[str, str] = {
    "flagged-from-us": "Dear Tom, thank you for writing. Does your wife know that you have asked us? Her agreement comes first.",
    "flagged-from-them": "I told her yesterday. She says yes, as long as nobody touches her spine again.",
    "flagged-note": "Spoke to Tom by phone. Calm and clear. Papers of the first clinic are with their son.",
    "asked": "Estimada Lucía: ¿tiene la carta de alta del hospital? Ahí dice qué tipo de ictus fue.",
    "approval-summary": (
        "Practise first. A block of rehabilitation with many hours of hand practice has the best evidence for what you want.\n\n"
        "Cells at a clinic are not shown to work so long after a stroke. We show them beside the rest because you asked."
    ),
    "recommended-summary": "Practise first. Three weeks of full-day therapy, then go on at home. There is no hurry.",
    "accepted-summary": "التدريب أولًا: أسابيع من العلاج المكثف، ثم المتابعة في بيتك. لا داعي للعجلة.",
    "accepted-message": "شكرًا لكم. متى يمكن أن نبدأ؟",
    "together-summary": "Practise first. Three weeks of full days, and Ellen learns the exercises with you. Spring is early enough.",
    "together-message": "Thank you. I have read it to my mother twice. She chooses the three weeks, in spring.",
    "together-complaint": "You wanted to call on Tuesday between ten and eleven. I sat by the phone, and nobody called.",
    "together-wish": "Please tell me when a time changes.",
    "together-answer": (
        "You are right, and we are sorry. The call stood in nobody's diary. From now on each call that we agree on is written "
        "down with a name and a time. Carmen calls you on the day that you choose."
    ),
    "closed-message": "Estimado Jorge: un viaje tan pronto no le conviene a su padre. Le contamos por qué y qué puede hacer en casa.",
}
