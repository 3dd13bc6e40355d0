"""What a message must not say: a plain list of words, and sentences short enough to read."""

import re
from collections.abc import Iterator

_REFUSED = {
    "diagnosis": (
        r"diagnos\w*",
        r"(symptom|disease|disorder|syndrome|arrhythmia|fibrillation|tachycardia)s?",
        r"(hypertension|hypertensive|diabet\w+|depress\w+|obes\w+|overweight|prediabet\w+)",
        r"you (have|may have|might have|suffer from|show signs of) an? \w+ (condition|problem)",
        r"(heart attack|stroke|cancer|dementia|insomnia|apnea|apnoea)",
        r"(cure|cures|treat|treats|prevent|prevents) (your|the|any)",
    ),
    "dosing": (
        r"\d+ ?(mg|mcg|µg|ml|iu|units|tablets?|pills?|capsules?|puffs?)",
        r"(dose|doses|dosage|dosing|medication|medicine|drugs?)",
        r"(insulin|aspirin|ibuprofen|beta[- ]?blockers?)",
        r"(prescri\w+|supplements?|statins?|painkillers?|antidepressants?)",
        r"(take|skip|stop taking|double|halve) (your|a|the|two|one) (pill|tablet|drug|med)s?",
    ),
    "shaming": (
        r"(lazy|lazily|laziness|fat|fatter|pathetic|weak|useless|worthless|couch potato|slob)",
        r"(shame|ashamed|embarrass\w*|disgrace\w*|disappoint\w*|guilty|guilt|excuses?)",
        r"you('ve| have)? (fail|failed|are failing|let \w+ down|gave up|blew it|should have)",
        r"(everyone|everybody) else|worse than|last place|what is wrong with you|no willpower",
        r"(not|never) good enough|try harder|pull yourself together",
    ),
}
_PATTERNS = {
    why: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    for why, words in _REFUSED.items()
}
_LONGEST_SENTENCE_WORDS = 20


def complaints(text: str) -> list[str]:
    """Return what is wrong with a wording, in words; nothing for a good one."""
    return [*_refused(text), *_too_long(text)]


def _refused(text: str) -> Iterator[str]:
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for why, pattern in _PATTERNS.items():
        for found in pattern.finditer(plain):
            yield f"{why}: {found.group()!r}"


def _too_long(text: str) -> Iterator[str]:
    for sentence in re.split(r"[.!?]+", text):
        words = len(sentence.split())
        if words > _LONGEST_SENTENCE_WORDS:
            yield f"a sentence of {words} words"
