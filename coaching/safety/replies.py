"""Words in a reply that no bot may answer, in English and Hebrew.

A flag too many costs a coach a minute; one too few may cost more. So "no chest pain" is one as
well: a person reads it, and knows.
"""

import re
from collections.abc import Sequence

_RULES = {
    "chest pain": (
        r"(?:chest|heart)\W+(?:\w+\W+){0,3}(?:pains?|hurts?|aches?|tight\w*|pressure|burn\w*)",
        r"(?:pains?|pressure|tight\w*|ache) (?:in|on|across|around) (?:my |the )?"
        r"(?:chest|heart)",
        r"heart attack|כאב\w* (?:ב)?חזה|לחץ בחזה|התקף לב",
    ),
    "fainting": (
        r"faint(?:ed|ing|s)?|pass(?:ed|ing)? out|black(?:ed|ing)? out|collaps\w+|unconscious",
        r"(?:lost|losing|lose) consciousness|התעלפ\w+|איבדתי (?:את )?ההכרה",
    ),
    "breathing": (
        r"(?:can(?:'t|not)|could(?:n't| not)|hard to|trouble|struggl\w+ to) breath\w*",
        r"(?:short|out) of breath at rest|chok(?:e|ing)|suffocat\w+",
        r"קשה לי לנשום|לא יכול\w* לנשום",
    ),
    "stroke": (
        r"(?:face|arm|leg|side)\W+(?:\w+\W+){0,2}(?:droop\w*|numb|paraly[sz]\w*)",
        r"slurr\w+|can(?:'t|not) (?:speak|see)|stroke|שבץ",
    ),
    "self-harm": (
        r"suicid\w+|kill(?:ing)? my ?self|end(?:ing)? (?:my life|it all)|hurt(?:ing)? my ?self",
        r"harm(?:ing)? my ?self|self[- ]harm",
        r"(?:want|wish|rather|better off) (?:to |i was |be )?"
        r"(?:die|dead)|no reason to live|do(?:n't| not) want to (?:live|be here|wake up)",
        r"להתאבד|לפגוע בעצמי|לא רוצה לחיות|רוצה למות",
    ),
}
_PATTERNS = {
    kind: re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.IGNORECASE)
    for kind, words in _RULES.items()
}


def red_flag(text: str, phrases: Sequence[str] = ()) -> str | None:
    """Return what a reply tells of that no bot may answer; `phrases` are the study's own."""
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()
    for kind, pattern in _PATTERNS.items():
        if pattern.search(plain):
            return kind
    return next((phrase for phrase in phrases if phrase.casefold() in plain), None)
