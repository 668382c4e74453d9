"""Words of which players may roll a nickname, by language: one of the first and one of the second, in this order.

Any two go together: where adjectives agree with their noun, all nouns are masculine or all adjectives are the same for both.
"""

from __future__ import annotations

from quiz.domain.player import ADJECTIVES, ANIMALS

Words = tuple[list[str], list[str]]


def _words(first: str, second: str) -> Words:
    return first.split(", "), second.split(", ")


_WORDS: dict[str, Words] = {
    "en": (ADJECTIVES, ANIMALS),
    "es": _words(
        "Alpaca, Ardilla, Búho, Cebra, Colibrí, Delfín, Erizo, Foca, Gacela, Garza, Halcón, Jaguar, Koala, Lince, Lobo, Nutria, "
        "Panda, Pingüino, Puma, Tigre, Tortuga, Tucán, Zorro",
        "Ágil, Alegre, Amable, Audaz, Brillante, Elegante, Feliz, Fuerte, Genial, Increíble, Leal, Noble, Paciente, Prudente, "
        "Radiante, Sonriente, Tenaz, Valiente, Veloz",
    ),
    "de": _words(
        "Bunter, Edler, Flinker, Froher, Goldener, Heiterer, Heller, Kluger, Kühner, Lustiger, Munterer, Mutiger, Netter, "
        "Rascher, Sanfter, Schlauer, Stiller, Tapferer, Wacher, Weiser",
        "Adler, Bär, Biber, Dachs, Delfin, Falke, Fuchs, Gecko, Hase, Hirsch, Igel, Kranich, Lachs, Luchs, Marder, Otter, Panda, "
        "Pinguin, Rabe, Specht, Tiger, Tukan, Wal, Wolf",
    ),
    "vi": _words(
        "Báo, Bồ Câu, Cá Heo, Cáo, Chim Én, Cú, Đại Bàng, Gấu, Gấu Trúc, Hải Cẩu, Hải Ly, Hổ, Hươu, Mèo, Nai, Rái Cá, Rùa, Sóc, "
        "Sói, Thỏ, Voi",
        "Bình Tĩnh, Dũng Cảm, Hiền Lành, Khéo Léo, Kiên Nhẫn, Lấp Lánh, Lém Lỉnh, Mạnh Mẽ, May Mắn, Nhanh Nhẹn, Rực Rỡ, "
        "Thân Thiện, Thông Minh, Tinh Nghịch, Tò Mò, Tốt Bụng, Tự Tin, Tươi Sáng, Vui Vẻ",
    ),
    "ar": _words(
        "أرنب, أسد, بطريق, بلبل, ثعلب, حصان, دب, دلفين, ذئب, سنجاب, صقر, طاووس, غزال, فهد, قنفذ, كنغر, نسر, نمر, هدهد",
        "أنيق, حكيم, ذكي, رشيق, سريع, سعيد, شجاع, صبور, طيب, قوي, كريم, لامع, لطيف, مرح, نبيل, نشيط, هادئ",
    ),
}


def nickname_words(language: str) -> Words:
    """Those of a language, such as `de` or `de-AT`; English ones where there are none."""
    return _WORDS.get(language.partition("-")[0], _WORDS["en"])
