"""A grammar of made-up Vietnamese product reviews with stars: nobody wrote any of them."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

SEED = 20_250_601
N_ROWS = 2000
FIRST_DAY, N_DAYS = date(2024, 7, 1), 365

Phrases = dict[int, tuple[str, ...]]
"""From very bad (-2) to very good (2) what people say about one side of a product."""

QUALITY: Phrases = {
    2: (
        "chất lượng tuyệt vời", "hàng chuẩn chất lượng", "chất lượng vượt mong đợi", "không chê vào đâu được",
        "chẳng có gì để chê", "dùng thích cực kỳ", "hàng xịn xò", "rất đáng để mua",
    ),
    1: (
        "chất lượng tốt", "hàng khá ổn", "dùng tốt trong tầm giá", "sản phẩm đúng mô tả", "không bị lỗi gì",
        "hài lòng với chất lượng", "dùng cũng được lắm",
    ),
    0: ("chất lượng bình thường", "hàng tạm được", "không tốt cũng không tệ", "dùng tạm thôi", "cũng tàm tạm"),
    -1: (
        "chất lượng không tốt lắm", "hàng hơi kém", "không giống mô tả", "chất lượng chưa ổn", "dùng không thích lắm",
        "không được như kỳ vọng", "hoàn thiện chưa kỹ",
    ),
    -2: (
        "chất lượng quá tệ", "hàng dởm", "dùng được hai hôm là hỏng", "thất vọng hoàn toàn", "hàng lỗi nặng",
        "không đáng một đồng", "phí tiền", "hàng giả chắc luôn",
    ),
}  # fmt: skip
DELIVERY: Phrases = {
    2: ("giao hàng siêu nhanh", "đặt hôm qua hôm nay có luôn", "giao nhanh không tưởng", "shipper cực kỳ dễ thương"),
    1: ("giao hàng nhanh", "giao đúng hẹn", "shipper thân thiện", "nhận hàng sớm hơn dự kiến"),
    0: ("giao hàng bình thường", "giao hàng không nhanh không chậm"),
    -1: ("giao hàng hơi chậm", "giao trễ hai ngày", "chờ hàng khá lâu", "shipper không gọi trước"),
    -2: ("giao hàng quá chậm", "chờ cả tháng mới có hàng", "giao sai địa chỉ", "shipper thái độ tồi tệ"),
}
PACKAGING: Phrases = {
    2: ("đóng gói siêu cẩn thận", "hộp đẹp lung linh", "gói hàng rất chắc chắn và đẹp"),
    1: ("đóng gói cẩn thận", "hộp nguyên vẹn", "gói hàng kỹ"),
    0: ("đóng gói bình thường", "hộp đơn giản"),
    -1: ("đóng gói sơ sài", "hộp hơi móp", "không có túi chống sốc"),
    -2: ("hộp nát bét", "đóng gói cẩu thả", "hàng vỡ vì gói ẩu"),
}
SERVICE: Phrases = {
    2: ("shop tư vấn rất nhiệt tình", "nhân viên dễ thương hết nấc", "shop hỗ trợ đổi trả quá tốt",
        "sẽ ủng hộ shop dài dài"),
    1: ("shop nhiệt tình", "nhân viên trả lời nhanh", "shop hỗ trợ tốt", "sẽ quay lại"),
    0: ("shop trả lời cũng được", "chưa cần liên hệ shop"),
    -1: ("shop trả lời chậm", "nhân viên không nhiệt tình", "hỏi mãi không thấy trả lời"),
    -2: ("shop thái độ quá tệ", "shop lừa đảo", "đòi đổi trả thì bị chặn", "không bao giờ mua lại"),
}  # fmt: skip
PRICE: Phrases = {
    2: ("giá quá rẻ so với chất lượng", "đáng từng đồng tiền", "săn sale được giá hời"),
    1: ("giá hợp lý", "giá mềm", "không hề đắt"),
    0: ("giá cũng vậy", "giá ngang chỗ khác"),
    -1: ("giá hơi cao", "đắt hơn chỗ khác", "giá không hợp lý lắm"),
    -2: ("giá cắt cổ", "quá đắt cho món hàng như này", "tiền mất tật mang"),
}
PRODUCTS: dict[str, tuple[str, Phrases]] = {
    "Áo thun": (
        "áo",
        {
            2: ("vải mát mịn cực thích", "form áo đẹp xuất sắc", "mặc lên tôn dáng lắm"),
            1: ("vải mềm mại", "form áo vừa vặn", "màu áo giống hình"),
            0: ("vải hơi mỏng nhưng mặc được", "form áo bình thường"),
            -1: ("vải mỏng quá", "áo hơi chật", "màu không giống hình"),
            -2: ("giặt một lần là phai màu", "vải nóng và ngứa kinh khủng", "đường may bung hết"),
        },
    ),
    "Tai nghe": (
        "tai nghe",
        {
            2: ("âm thanh đỉnh cao", "bass căng và chắc", "pin trâu dùng cả tuần"),
            1: ("âm thanh rõ", "kết nối bluetooth nhanh", "pin ổn"),
            0: ("âm thanh tạm ổn", "pin dùng được nửa ngày"),
            -1: ("âm thanh hơi rè", "kết nối hay bị ngắt", "pin nhanh hết"),
            -2: ("một bên tai không nghe được", "sạc không vào pin", "kết nối không nổi"),
        },
    ),
    "Nồi chiên không dầu": (
        "nồi chiên",
        {
            2: ("chiên giòn rụm ngon tuyệt", "dùng mê luôn", "chín đều mà không khô"),
            1: ("chiên khá nhanh", "dễ vệ sinh", "nồi chạy êm"),
            0: ("nồi hơi nhỏ nhưng đủ dùng", "chiên cũng bình thường"),
            -1: ("nồi hơi ồn", "chín không đều", "mùi nhựa hơi khó chịu"),
            -2: ("mới dùng đã cháy khét", "nồi chập điện sợ quá", "lớp chống dính bong tróc"),
        },
    ),
    "Son môi": (
        "son",
        {
            2: ("màu son xinh xỉu", "lên môi đẹp mê ly", "son mịn mượt không khô môi"),
            1: ("màu son đẹp", "son khá lì", "mùi thơm nhẹ"),
            0: ("màu son hơi khác hình nhưng ổn", "son bình thường"),
            -1: ("son hơi khô môi", "màu không đẹp như hình", "nhanh trôi"),
            -2: ("đánh xong sưng môi", "mùi hắc không chịu nổi", "son giả không có tem"),
        },
    ),
    "Giày thể thao": (
        "giày",
        {
            2: ("đi êm chân cực kỳ", "giày nhẹ tênh", "giày đẹp hơn cả hình"),
            1: ("đi êm chân", "vừa chân", "giày đẹp"),
            0: ("giày hơi cứng nhưng đi được", "kiểu dáng bình thường"),
            -1: ("giày hơi chật", "đế cứng đau chân", "keo dán lem nhem"),
            -2: ("đi ba hôm bong đế", "giao nhầm size không cho đổi", "giày rách ngay mũi"),
        },
    ),
    "Sách": (
        "sách",
        {
            2: ("nội dung cuốn hút từ đầu đến cuối", "đọc một mạch không dừng được", "bản in đẹp tuyệt vời"),
            1: ("nội dung hay", "giấy đẹp", "dịch dễ hiểu"),
            0: ("nội dung đọc được", "chữ hơi nhỏ"),
            -1: ("nội dung hơi nhạt", "giấy mỏng", "dịch khó hiểu"),
            -2: ("sách thiếu trang", "in lậu mờ không đọc nổi", "nội dung chán không chịu nổi"),
        },
    ),
}
COMMON = {"quality": QUALITY, "delivery": DELIVERY, "packaging": PACKAGING, "service": SERVICE, "price": PRICE}
FEELINGS = {  # how likely each level is in a review of so many stars, from -2 to 2
    1: (0.70, 0.24, 0.05, 0.01, 0.0),
    2: (0.20, 0.58, 0.12, 0.10, 0.0),
    3: (0.02, 0.28, 0.42, 0.26, 0.02),
    4: (0.0, 0.10, 0.12, 0.68, 0.10),
    5: (0.0, 0.01, 0.02, 0.25, 0.72),
}
ENDINGS = {
    1: ("mọi người đừng mua", "cho một sao vì không cho được không sao", "bực mình ghê", "never again"),
    2: ("không biết có nên mua lại không", "hơi thất vọng", "mong shop cải thiện", "not good"),
    3: ("nói chung tạm ổn", "ba sao thôi nhé", "tiền nào của nấy", "so so"),
    4: ("nói chung hài lòng", "nên mua nha mọi người", "sẽ ủng hộ tiếp", "good"),
    5: ("mười điểm không có nhưng", "yêu shop nhiều", "mọi người nên mua nha", "highly recommend", "love it"),
}
FACES = {1: "😡🤬👎💔", 2: "😞😕👎", 3: "😐🤔🙂", 4: "😊👍🙂👌", 5: "😍🥰❤️👍🌟💯"}
SHORT = {
    1: ("Tệ", "quá tệ", "hàng dỏm", "Đừng mua!!!", "bad"),
    2: ("Không đẹp", "hơi tệ", "chán", "không như hình"),
    3: ("tạm", "bình thường", "cũng được", "Tạm ổn", "ok"),
    4: ("tốt", "Ổn", "hàng đẹp", "ok nha", "khá tốt"),
    5: ("Tuyệt vời", "quá đẹp", "10/10", "xuất sắc", "Rất ưng ý"),
}
TEENCODE = {
    "không": ("ko", "k", "hok", "khum"), "được": ("đc", "dc"), "với": ("vs",), "rồi": ("r",), "sản phẩm": ("sp",),
    "mọi người": ("mn",), "nhân viên": ("nv",), "quá": ("wá", "qá"), "nhiều": ("nhìu",), "bình thường": ("bt",),
    "chất lượng": ("clg", "chất lượng"), "thích": ("thik", "thick"), "luôn": ("lun",), "biết": ("bít",),
    "rất": ("rứt", "rất"),
}  # fmt: skip
ENGLISH = {"giao hàng": "ship", "hàng": "item", "đóng gói": "packaging", "giá": "price", "nhân viên": "staff"}
SALES = {"11.11": (date(2024, 11, 8), date(2024, 11, 25)), "Tết": (date(2025, 1, 10), date(2025, 1, 28))}


def reviews() -> Iterator[Sequence[object]]:
    """Yield the header, then one made-up review per row, in the order of their days."""
    chance = random.Random(SEED)
    yield "day", "product", "campaign", "review", "stars"
    days = sorted(chance.randrange(N_DAYS) for _ in range(N_ROWS))
    for day in (FIRST_DAY + timedelta(days=offset) for offset in days):
        product = chance.choices(list(PRODUCTS), [5, 5, 3, 4, 4, 3])[0]
        campaign = next((name for name, (first, last) in SALES.items() if first <= day <= last), "none")
        stars = _stars(chance, product, campaign, day)
        text = _styled(chance, _said(chance, product, stars, is_rushed=campaign == "11.11"), stars)
        seen = stars + chance.choice((-1, 1)) if chance.random() < 0.04 else stars
        yield day.isoformat(), product, campaign, text, min(max(seen, 1), 5)


def _stars(chance: random.Random, product: str, campaign: str, day: date) -> int:
    """Headphones become worse in spring, and a great sale brings late parcels."""
    weights = [10, 11, 16, 27, 36]
    if product == "Tai nghe" and day >= date(2025, 3, 1):
        weights = [30, 25, 18, 15, 12]
    elif campaign == "11.11":
        weights = [20, 20, 20, 20, 20]
    elif product == "Sách":
        weights = [4, 6, 14, 30, 46]
    return chance.choices((1, 2, 3, 4, 5), weights)[0]


def _said(chance: random.Random, product: str, stars: int, *, is_rushed: bool) -> str:
    if chance.random() < 0.06:
        return chance.choice(SHORT[stars])
    noun, own = PRODUCTS[product]
    sides = [own, *chance.sample(list(COMMON.values()), k=chance.choice((1, 2, 2, 3)))]
    if is_rushed and DELIVERY not in sides:
        sides.append(DELIVERY)
    said: list[str] = []
    for side in sides:
        level = chance.choices((-2, -1, 0, 1, 2), FEELINGS[stars])[0]
        said.append(chance.choice(side[level]))
    if chance.random() < 0.3:
        said[0] = f"{noun} {said[0]}" if noun not in said[0] else said[0]
    chance.shuffle(said)
    text = said[0]
    for before, phrase in pairwise(said):
        differ = _is_bad(before) != _is_bad(phrase)
        text += chance.choice((" nhưng ", " tuy nhiên ", ", mà ") if differ else (", ", ". ", " và ", ", ")) + phrase
    if chance.random() < 0.45:
        text += chance.choice((". ", ", ", "! ")) + chance.choice(ENDINGS[stars])
    return text[0].upper() + text[1:]


def _is_bad(phrase: str) -> bool:
    sides = [*COMMON.values(), *(own for _, own in PRODUCTS.values())]
    return any(phrase.endswith(each) for side in sides for level in (-2, -1) for each in side[level])


def _styled(chance: random.Random, text: str, stars: int) -> str:
    """Write as people do on a phone: short forms, some English, no diacritics, capitals, long letters, faces."""
    if chance.random() < 0.35:
        for word, forms in TEENCODE.items():
            text = text.replace(word, chance.choice(forms)) if chance.random() < 0.6 else text
    if chance.random() < 0.12:
        for word, english in ENGLISH.items():
            text = text.replace(word, english, 1) if chance.random() < 0.5 else text
    if chance.random() < 0.12:
        text = _bare(text)
    if chance.random() < 0.04:
        text = text.upper()
    if chance.random() < 0.08:
        text += text[-1] * chance.randint(1, 3)
    if chance.random() < 0.3:
        face = chance.choice([*FACES[stars].replace("\ufe0f", "")])
        text += " " + face * chance.choice((1, 1, 2, 3))
    elif chance.random() < 0.4:
        text += chance.choice((".", "!", "!!!", "...", " ạ", " nhé"))
    return text


def _bare(text: str) -> str:
    """Return the text without diacritics, as it is typed on a foreign keyboard."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
