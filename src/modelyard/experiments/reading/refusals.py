"""Whether an answer declines to answer, in several languages."""

import re

LONGEST = 600
"""Characters from the beginning that are looked at: whoever answers at length and then doubts has answered."""
_KNOWING = r"(?:know|have|see|find|answer|determine|tell|say|provide|help|assist|locate|identify|confirm|verify|access)"
_SAID = (
    # English
    rf"\b(?:i|we)(?:\s+am|['’]m|\s+are|['’]re)?\s+(?:really\s+|sorry,?\s+(?:but\s+)?(?:i|we)\s+)?"
    rf"(?:do\s+not|don['’]?t|did\s+not|didn['’]?t|cannot|can\s*not|can['’]?t|could\s+not|couldn['’]?t|am\s+not\s+able"
    rf"\s+to|['’]?m\s+not\s+able\s+to|am\s+unable\s+to|unable\s+to|not\s+able\s+to)\s+(?:\w+\s+){{0,2}}?{_KNOWING}\b",
    r"\b(?:cannot|can\s*not|can['’]?t|could\s+not|couldn['’]?t)\s+be\s+(?:\w+\s+)?(?:answered|determined|found|known)\b",
    r"\b(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:mentioned|stated|specified|provided|given|in\s+the\s+"
    r"(?:context|passages?|documents?|text)|found|available|answerable|enough\s+information)\b",
    r"\b(?:texts?|contexts?|passages?|documents?|sources?|articles?|paragraphs?|information)(?:\s+\w+)?\s+"
    r"(?:does|do|did)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:say|mention|state|specify|provide|contain|include|answer|tell)\b",
    r"\b(?:no|not\s+enough|insufficient)\s+(?:\w+\s+)?information\b|\bthere\s+is\s+(?:no|not\s+enough)\s+(?:\w+\s+)?"
    r"(?:answer|mention|evidence|context)\b",
    r"^\W*(?:unanswerable|unknown|n/?a|not\s+(?:known|answerable)|no\s+answer|none\s+given)\W*$",
    # Vietnamese
    r"(?:không\s+(?:\w+\s+){0,2}?(?:biết|tìm\s+thấy|trả\s+lời|có\s+(?:đủ\s+)?thông\s+tin|được\s+(?:đề\s+cập|nêu|nhắc)|"
    r"đề\s+cập|nêu|rõ|thể\s+(?:trả\s+lời|xác\s+định|biết)))",
    # German
    r"\bich\s+(?:weiß|weiss|kenne|finde)\b[^.!?]{0,60}\bnicht\b|\bich\s+kann\b[^.!?]{0,80}\bnicht\b",
    r"\b(?:wird|werden|ist|sind|geht)\b[^.!?]{0,60}\bnicht\s+(?:\w+\s+)?(?:erwähnt|genannt|angegeben|hervor|bekannt|"
    r"beantwort\w+)\b|\bkeine\s+(?:angaben?|informationen?|antwort)\b",
    # French
    r"\b(?:je|nous)\s+ne\s+(?:\w+\s+)?(?:sais|savons|peux|pouvons|trouve|trouvons|connais)\b|\bn['’]est\s+pas\s+"
    r"(?:mentionn|indiqu|précis|fourni)\w*|\b(?:aucune|pas\s+d['’])\s*information",
    # Spanish, Italian, Portuguese
    r"\bno\s+(?:lo\s+)?(?:sé|puedo|encuentro|tengo\s+(?:suficiente\s+)?información|se\s+(?:menciona|indica|especifica))\b",
    r"\bnon\s+(?:lo\s+)?(?:so|posso|trovo|ho\s+(?:abbastanza\s+)?informazioni|è\s+(?:menzionat|indicat|specificat)\w)\b",
    r"\bnão\s+(?:sei|posso|consigo|encontr\w+|há\s+informaç\w+|é\s+mencionad\w|tenho\s+informaç\w+)\b",
    # Dutch
    r"\bik\s+(?:weet|kan|vind)\b[^.!?]{0,80}\bniet\b|\bwordt\s+niet\s+(?:vermeld|genoemd)\b",
    # Chinese, Japanese, Russian
    r"(?:我?不知道|无法(?:回答|确定|找到)|無法(?:回答|確定)|没有(?:提到|提及|足够|相关)|未(?:提及|提到)|找不到)",
    r"(?:わかりません|分かりません|知りません|見つかりません|記載(?:され|が)\S{0,4}(?:いません|ありません)|答えられません)",
    r"(?:я\s+не\s+(?:знаю|могу|нашёл|нашел)|не\s+(?:указан|упомина|сказан)\w*|нет\s+(?:информации|сведений|ответа)|"
    r"невозможно\s+(?:ответить|определить))",
)
_REFUSAL = re.compile("|".join(_SAID), re.IGNORECASE)


def declines(text: str) -> bool:
    """Return whether an answer says that it cannot answer; one that says nothing declines too.

    By phrases of English, Vietnamese, German, French, Spanish, Italian, Portuguese, Dutch, Chinese, Japanese, Russian.
    """
    said = text.strip()[:LONGEST]
    return not said or _REFUSAL.search(said) is not None
