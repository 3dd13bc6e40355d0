"""What a message must not say: words by what is wrong, odd placeholders, long sentences.

No list knows every unkind sentence. This one keeps out what slips in unawares; whoever approves
a wording still reads it. The words are English and Hebrew.
"""

import re
import string
from collections.abc import Iterator

PLACEHOLDERS = frozenset({"steps", "goal", "to_go", "minutes"})

_ILLNESSES = (
    r"ana?emia|angina|anxiety|apno?ea|arrhythmi\w+|arthritis|asthma|burn-?out|cancer|cholesterol|"
    r"conditions?|covid|deficien\w+|dementia|depress\w+|diabet\w+|diagnos\w+|diseases?|"
    r"disorders?|fatigue|fibrillation|flu|heart attack|heart failure|hypertensi\w+|"
    r"hypotensi\w+|ill|illness\w*|infect\w+|inflam\w+|insomnia|ischa?emi\w+|migraines?|obes\w+|"
    r"osteoporosis|overactive|overweight|panic attack|parkinson\w*|prediabet\w+|sepsis|"
    r"strokes?|symptoms?|syndromes?|tachycardia|bradycardia|thyroid|tumou?rs?|blood pressure|"
    r"blood sugar|sick person|(?:heart|hip|knee|back|lung|sleep) (?:problem|trouble)s?"
)
_MEDICINES = (
    r"alcohol|antibiotics?|antidepressants?|aspirin|beta[- ]?blockers?|blood thinners?|"
    r"capsules?|cbd|cortisone|creatine|dos(?:e|es|age|ing)|drugs?|fish oil|hormones?|ibuprofen|"
    r"inhalers?|inject\w*|insulin|magnesium|medic(?:ation|ations|ine|ines)|melatonin|nicotine|opioids?|"
    r"pain ?killers?|paracetamol|pills?|prescri\w+|sedatives?|statins?|steroids?|supplements?|"
    r"syrup|tablets?|valerian|vitamins?"
)
_REFUSED = {
    "diagnosis": (
        _ILLNESSES,
        r"signs? of|suffer(?:ing)? from|at (?:high |great )?risk|irregular|abnormal|damaged",
        r"(?:cures?|treats?|heals?|prevents?) (?:your|the|any|all|\w+ pain)",
        r"no need to see \w+|wrong with your \w+|rules out",
        r"your (?:heart|lungs?|blood|bones?|brain|kidneys?|liver|knees?|hips?|back) "
        r"(?:is|are|shows?|looks?|seems?)",
        r"\w{0,2}(?:אבחנה|אבחון|מחלה|מחלת|סוכרת|דיכאון|סרטן|שבץ|תסמונת|לחץ דם|התקף)",
    ),
    "dosing": (
        _MEDICINES,
        r"\d+ ?(?:mg|mcg|µg|ug|ml|g|iu|units?|puffs?|drops?)",
        r"(?:extra|usual|one|two|three|more|few) (?:puffs?|drops?|units)",
        r"\w{0,2}(?:תרופה|תרופות|כדורים|מינון|אינסולין|אספירין|ויטמין|מרשם)|\d+ ?מ\"ג",
    ),
    "shaming": (
        r"laz(?:y|ier|iest|ily|iness)|fat|fatter|pathetic|weak(?:er|est|ling)?|useless|"
        r"worthless|couch|slobs?|stupid|(?:so|too) slow|slowest|losers?|failures?|idiots?|"
        r"whin(?:e|ing)|willpower|a mess",
        r"sham(?:e|ed|es|eful|ing)|ashamed|embarrass\w*|disgrac\w*|disappoint\w*|guilty?|"
        r"excuses?|your (?:own )?fault|poor effort",
        r"you(?:'ve| have| are|'re)? (?:again |always |never )?"
        r"(?:fail(?:ed|ing)?|let(?:ting)? \w+(?: \w+)? down|gave up|give up|blew it|"
        r"wasted|never \w+|did nothing)",
        r"you should (?:have|be)|if you (?:really )?cared|do you not care|cannot even|"
        r"you do(?:n't| not) deserve|deserves better|expected more|because of you|"
        r"tired of you\w*",
        r"(?:everyone|everybody|nobody) else|worse than|more than you|beats you|last place|"
        r"even (?:your|a|kids|children)|a child|goal but you|as little as you|a real man",
        r"what is wrong with you|(?:not|never) good enough|try harder|pull yourself together|"
        r"is that all",
        r"\w{0,2}(?:עצלן|עצלנית|עצלנות|עצלנים|בושה|אכזבת|נכשלת|כישלון|אשמה|חלש|תירוצים)",
    ),
}
_PATTERNS = {
    why: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    for why, words in _REFUSED.items()
}
_LONGEST_SENTENCE_WORDS = 20


def complaints(text: str) -> list[str]:
    """Return what is wrong with a wording, in words; nothing for a good one."""
    return [*_refused(text), *_odd_placeholders(text), *_too_long(text)]


def _refused(text: str) -> Iterator[str]:
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for why, pattern in _PATTERNS.items():
        for found in pattern.finditer(plain):
            yield f"{why}: {found.group()!r}"


def _odd_placeholders(text: str) -> Iterator[str]:
    try:
        parts = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        yield f"placeholder: {error}"
        return
    for name, how, conversion in parts:
        if name not in PLACEHOLDERS:
            yield f"placeholder: no number goes by {name!r}"
        elif how or conversion:
            yield f"placeholder: {name!r} is filled in as it is"


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a wording that has no complaint."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _too_long(text: str) -> Iterator[str]:
    for sentence in re.split(r"[.!?]+", text):
        words = len(sentence.split())
        if words > _LONGEST_SENTENCE_WORDS:
            yield f"a sentence of {words} words"
