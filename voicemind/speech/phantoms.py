"""What Whisper writes over sound without speech, language by language.

It learned from the subtitles of films, and so ends in thanks and credits (Koenecke et al. 2024;
Barański et al. 2025, "Investigation of Whisper ASR hallucinations induced by non-speech audio").
"""

import re

PHANTOMS = {
    "en": (
        "thank you", "thank you very much", "thank you so much", "thanks", "thanks for watching",
        "thank you for watching", "thank you for listening", "thanks for listening", "please subscribe",
        "subscribe", "like and subscribe", "bye", "bye bye", "you", "i'm sorry",
        "the end", "see you next time", "see you in the next video", "i'll see you next time",
    ),
    "de": (
        "vielen dank", "danke", "danke schön", "vielen dank für's zuschauen", "vielen dank fürs zuschauen",
        "danke fürs zuschauen", "bis zum nächsten mal", "tschüss", "das war's", "musik",
    ),
    "es": (
        "gracias", "muchas gracias", "gracias por ver el video", "gracias por ver", "suscríbete",
        "suscríbete al canal", "hasta la próxima", "adiós", "música",
    ),
    "fr": ("merci", "merci beaucoup", "merci d'avoir regardé cette vidéo", "au revoir", "musique"),
    "it": (
        "grazie", "grazie a tutti", "grazie mille", "grazie per la visione", "grazie per aver guardato il video",
        "iscriviti al canale", "alla prossima", "ciao", "musica",
    ),
    "pt": (
        "obrigado", "obrigada", "muito obrigado", "obrigado por assistir", "inscreva-se no canal", "inscreva se",
        "até a próxima", "até o próximo vídeo", "tchau", "tchau tchau", "e aí", "música",
    ),
    "ja": (
        "ご視聴ありがとうございました", "ご視聴ありがとうございます", "ありがとうございました", "ありがとうございます",
        "お疲れ様でした", "チャンネル登録お願いします", "おやすみなさい", "ん", "あ", "えー",
    ),
    "zh": (
        "谢谢", "谢谢大家", "谢谢观看", "谢谢收看", "謝謝", "謝謝大家",
        "謝謝觀看", "謝謝收看", "请订阅", "再见", "嗯", "啊",
        "请不吝点赞订阅转发打赏支持明镜与点点栏目",
    ),
}  # fmt: skip

_CREDITS = re.compile(
    r"amara\.?org|\bsubtitles? (?:by|made)|\bcaptions? by|\btranscribed by|untertitel|\bsubt[ií]tulos|sottotitoli"
    r"|\blegendas?\b.{0,20}\b(?:por|pela|de)\b|sous-titr|字幕|ご視聴|\bcopyright\b|www\.|\.com\b|\bzdf\b|\bcopyright\b",
    re.IGNORECASE,
)


def is_phantom(text: str, language: str) -> bool:
    """Tell whether a text is, as a whole and however often, one that Whisper makes up in a language.

    English ones are told in every language, since Whisper writes them in all.
    """
    whole = _plain(text)
    known = _KNOWN["en"] | _KNOWN.get(language, frozenset())
    return any(_is_repeated(whole, phrase) for phrase in known)


def is_credit(text: str) -> bool:
    """Tell whether a text names who made subtitles, or an address, as the ends of films do."""
    return _CREDITS.search(text) is not None


def _plain(text: str) -> str:
    """Letters and digits alone: where spaces go differs, and some languages have none."""
    return "".join(c for c in text.lower() if c.isalnum() or c == "'")


def _is_repeated(whole: str, phrase: str) -> bool:
    return whole == phrase * (len(whole) // len(phrase)) != ""


_KNOWN = {language: frozenset(map(_plain, phrases)) for language, phrases in PHANTOMS.items()}
