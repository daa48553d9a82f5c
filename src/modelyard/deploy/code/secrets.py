"""Find secrets in text: by the prefix their makers gave them, by their place in a URL, by their name and randomness."""

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MAKERS: tuple[tuple[str, str, str], ...] = (
    ("hf_", r"hf_[A-Za-z0-9]{30,40}", "Hugging Face token"),
    ("ghp_", r"ghp_[A-Za-z0-9]{36,}", "GitHub token"),
    ("gho_", r"gho_[A-Za-z0-9]{36,}", "GitHub token"),
    ("ghs_", r"ghs_[A-Za-z0-9]{36,}", "GitHub token"),
    ("github_pat_", r"github_pat_[A-Za-z0-9_]{60,}", "GitHub token"),
    ("glpat-", r"glpat-[A-Za-z0-9_\-]{20,}", "GitLab token"),
    ("sk-", r"sk-(?:ant|proj|or-v1|svcacct)-[A-Za-z0-9_\-]{40,}", "API key"),
    ("sk-", r"sk-[A-Za-z0-9]{32,}", "API key"),
    ("gsk_", r"gsk_[A-Za-z0-9]{40,}", "Groq API key"),
    ("AIza", r"AIza[A-Za-z0-9_\-]{35}", "Google API key"),
    ("GOCSPX-", r"GOCSPX-[A-Za-z0-9_\-]{20,}", "Google client secret"),
    ("npg_", r"npg_[A-Za-z0-9]{12,}", "Neon password"),
    ("AKIA", r"AKIA[A-Z0-9]{16}", "AWS access key"),
    ("xox", r"xox[abprs]-[A-Za-z0-9\-]{20,}", "Slack token"),
    ("sk_live_", r"sk_live_[A-Za-z0-9]{20,}", "Stripe key"),
    ("rk_live_", r"rk_live_[A-Za-z0-9]{20,}", "Stripe key"),
    ("whsec_", r"whsec_[A-Za-z0-9+/=]{24,}", "webhook secret"),
    ("SG.", r"SG\.[A-Za-z0-9_\-]{20,}\.[A-Za-z0-9_\-]{30,}", "SendGrid key"),
    ("r8_", r"r8_[A-Za-z0-9]{36,}", "Replicate token"),
    ("npm_", r"npm_[A-Za-z0-9]{36}", "npm token"),
    ("pypi-", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_\-]{40,}", "PyPI token"),
    ("tvly-", r"tvly-(?:dev-)?[A-Za-z0-9]{20,}", "Tavily key"),
    ("pcsk_", r"pcsk_[A-Za-z0-9_]{40,}", "Pinecone key"),
    ("lsv2_", r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}", "LangSmith key"),
    ("sbp_", r"sbp_[a-f0-9]{40}", "Supabase token"),
    ("sb_secret_", r"sb_secret_[A-Za-z0-9_\-]{20,}", "Supabase secret key"),
    ("nvapi-", r"nvapi-[A-Za-z0-9_\-]{40,}", "NVIDIA key"),
    ("xai-", r"xai-[A-Za-z0-9]{40,}", "xAI key"),
    ("dckr_pat_", r"dckr_pat_[A-Za-z0-9_\-]{20,}", "Docker token"),
    ("eyJ", r"eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{20,}", "signed token"),
    (
        "PRIVATE KEY-----",
        r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----(?:\s|\\n){1,9}[A-Za-z0-9+/]{40}",
        "private key",
    ),
)
_SHAPES = tuple(
    (prefix, re.compile(rf"(?<![A-Za-z0-9_]){shape}" + ("" if "PRIVATE" in prefix else "(?![A-Za-z0-9])")), what)
    for prefix, shape, what in MAKERS
)
_URL = re.compile(
    r"\b[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://(?P<user>[^\s:/@'\"`<>]{0,100}):(?P<password>[^\s@'\"`/]{1,200})@"
    r"(?P<host>\[?[^\s:/@'\"`?,)\]]{1,200})"
)
_PLACEHOLDER = re.compile(
    r"your|xxx|\.\.\.|…|\*\*|example|placeholder|change[-_ ]?(?:me|this|in|it)|replace|insert|dummy|fake|sample"
    r"|redacted|[<>{}\[\]]|%[s(d]|^\$|todo|test|foobar|my[-_]|_here|-here|abcdefg|12345|user:pass|mock|demo"
    r"|none$|null$|secret$|password$|pass$|pwd$|token$|key$",
    re.IGNORECASE,
)
_RUNS = re.compile(r"abcdefg|12345", re.IGNORECASE)
_COMMON_PASSWORDS = {
    *("password", "postgres", "pass", "passwd", "pwd", "secret", "root", "admin", "user", "username", "mysql", "redis"),
    *("guest", "minio", "minioadmin", "qdrant", "neo4j", "mongo", "example", "token", "dbpassword", "db_password", "x"),
    *("pw", "p", "u", "app", "dev", "local", "admin123", "password123", "sa"),
}
_PHRASE = re.compile(r"(?:[A-Za-z]+\d{0,4}|\d{1,8})(?:[-_ .!@#]+(?:[A-Za-z]+\d{0,4}|\d{1,8}))*[-_ .!@#]*")
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:SECRET|SECRETS|PASSWORD|PASSWD|PWD|PASSPHRASE|TOKEN|APIKEY|CREDENTIALS?|DSN|PRIVATEKEY"
    r"|(?:SMTP|MAIL|EMAIL|DB|DATABASE|REDIS|MYSQL|POSTGRES|USER|ADMIN)_PASS"
    r"|(?:OPENAI|GROQ|COHERE|GEMINI|GOOGLE|ANTHROPIC|QDRANT|PINECONE|MISTRAL|TAVILY|DEEPSEEK|HF|WEAVIATE|SUPABASE)_KEY"
    r"|(?:API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|ADMIN|SERVICE_ROLE|SERVICE|MASTER|AUTH|JWT|HMAC|FERNET)_KEY)"
    r"(?:_(?:KEY|VALUE|BASE|HASH|JSON|PROD|PRODUCTION|\d+))?$"
    r"|(?:^|_)(?:DATABASE|DB|POSTGRES|POSTGRESQL|PG|MYSQL|REDIS|MONGO|MONGODB|RABBITMQ|AMQP|BROKER|NEON|SUPABASE_DB)"
    r"_(?:URL|URI|DSN|CONNECTION_STRING)(?:_(?:SYNC|ASYNC|DIRECT|POOLED|UNPOOLED|TEST|READ|WRITE))?$"
    r"|(?:^|_)(?:CONNECTION_STRING|WEBHOOK_URL)$|^PGPASSWORD$"
)
_NO_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PUBLIC|PUBLISHABLE|ANON|SITE)_?(?:API_)?KEY|TOKEN_(?:URL|TYPE|LIMIT|COUNT|EXPIR\w*|ALG\w*)|_ID$|(?:^|_)(?:MAX|MIN|N|NUM|TOTAL|PAD|EOS|BOS"
    r"|UNK|MASK|SEP|CLS|INPUT|OUTPUT|NEW|NEXT|STOP|SPECIAL|CSRF_COOKIE|COMPLETION|PROMPT|PER)_TOKEN$"
)
_SIGNING_NAME = re.compile(
    r"(?:^|_)(?:SECRET_KEY|SECRETKEY|SIGNING_KEY|SIGNING_SECRET|AUTH_SECRET|APP_SECRET|(?:JWT|SESSION|COOKIE|TOKEN|CSRF|STATE|NEXTAUTH"
    r"|ACCESS_TOKEN|REFRESH_TOKEN)_(?:SECRET|SECRET_KEY|SIGNING_KEY|KEY|PRIVATE_KEY))(?:_KEY)?$"
    r"|^(?:SECRET|JWT)$"
)
_OPENING_NAME = re.compile(
    r"(?:^|_)(?:ADMIN|SUPERUSER|ROOT_USER|MASTER)_(?:(?:API|AUTH|ACCESS)_)?(?:PASSWORD|PASSWD|PASS|PWD|TOKEN|KEY|SECRET)$"
)
_CALLERS_KEY = re.compile(
    r"(?:(?:APP|SERVICE|BACKEND|SERVER|INTERNAL|X)_)?API_(?:KEY|TOKEN|PASSWORD)|(?:AUTH|BEARER|CONTROL)_TOKEN|APP_PASSWORD"
)
_INSTRUCTION = re.compile(
    r"your|xxx|<|>|change|replace|example|placeholder|insert|\.\.\.|todo|\{|\}|^\$|generate|openssl", re.IGNORECASE
)
_OTHERS_SIGNING = re.compile(
    r"^(?:SLACK|STRIPE|GITHUB|GITLAB|DISCORD|SHOPIFY|TWILIO|LINE|PADDLE|CLERK|SVIX|FACEBOOK|META|WHATSAPP|TWITTER|ZOOM"
    r"|RAZORPAY|LEMON_?SQUEEZY|RESEND|TELEGRAM|GOOGLE|R2|AWS|S3|MINIO|CLOUDINARY|WEBHOOK|INNGEST|QSTASH|PAYPAL|RECAPTCHA|TURNSTILE"
    r"|HCAPTCHA|PAYSTACK|FLUTTERWAVE|OSS|COS|ALIYUN|TENCENT|BAIDU|DO_SPACES|SPACES|B2|BINANCE|ALPACA|BYBIT|COINBASE|PLAID)_"
)
"""Makers whose secrets only check what they send; an empty one refuses it all."""
PUBLIC_NAME = re.compile(r"(?:NEXT_PUBLIC|VITE|REACT_APP|GATSBY|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|DOCUSAURUS)_")
"""Names that bundlers bake into pages."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
MIN_RANDOM = 16
"""Shorter values are not told from words by their letters."""
_BITS_HEX, _BITS = 2.9, 3.4
"""Shannon bits a character of a random hexadecimal or other value has at least, at 16 characters and more."""
LOCAL_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0", "::1", "host.docker.internal"}  # noqa: S104 — never bound to


@dataclass(frozen=True)
class Secret:
    """One secret in a text."""

    start: int
    end: int
    """Of the characters that are secret: `text[start:end]`."""
    value: str
    what: str
    """`Hugging Face token`, `password in a URL`."""


def secrets_in(text: str) -> Iterator[Secret]:
    """Yield the secrets that are known by their shape, placeholders and local databases left out, each place once."""
    taken: list[Secret] = []
    for prefix, shape, what in _SHAPES:
        if prefix not in text:
            continue
        for found in shape.finditer(text):
            one = Secret(found.start(), found.end(), found[0], what)
            if (
                _is_real(one)
                and not _is_firebase(text, one)
                and not any(one.start < other.end and other.start < one.end for other in taken)
            ):
                taken.append(one)
    if "://" in text:
        taken += [
            one
            for one in _passwords_in(text)
            if not any(one.start < other.end and other.start < one.end for other in taken)
        ]
    yield from sorted(taken, key=lambda one: one.start)


def is_placeholder(value: str) -> bool:
    """Say whether a value only stands for one: `your-key`, `<token>`, `${X}`, `xxxx`, `changeme`."""
    text = value.strip()
    body = re.sub(r"^[A-Za-z]{1,8}[-_]", "", text)
    return len(set(body.lower())) <= 4 or _PLACEHOLDER.search(text) is not None or text.lower() in _COMMON_PASSWORDS


def is_phrase(value: str) -> bool:
    """Say whether a value is made of words and years, as people type them: `super-secret-key-2024`."""
    return _PHRASE.fullmatch(value) is not None


def is_random(value: str) -> bool:
    """Say whether a value looks drawn at random: long enough, letters and digits mixed, no words."""
    if len(value) < MIN_RANDOM or re.search(r"[\s/\\]{2}|\s", value) or is_placeholder(value) or is_phrase(value):
        return False
    if not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value)):
        return False
    is_hex = re.fullmatch(r"[0-9a-fA-F\-]+", value) is not None
    return bits_per_character(value) >= (_BITS_HEX if is_hex else _BITS)


def bits_per_character(value: str) -> float:
    """Return the Shannon entropy of a value's own characters, in bits."""
    n = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in n.values()) if value else 0.0


def is_secret_name(name: str) -> bool:
    """Say whether a name of the environment or the code is one whose value must stay secret."""
    upper = _upper(name)
    return (_SECRET_NAME.search(upper) is not None or is_signing_name(name)) and _NO_SECRET_NAME.search(upper) is None


def is_signing_name(name: str) -> bool:
    """Say whether a name holds what sessions or tokens are signed with: `SECRET_KEY`, `jwtSecret`."""
    upper = _upper(name)
    return _SIGNING_NAME.search(upper) is not None and _OTHERS_SIGNING.match(upper) is None


def is_opening_name(name: str) -> bool:
    """Say whether a name holds what callers have to know to be let in as an administrator: `ADMIN_PASSWORD`."""
    return _OPENING_NAME.search(_upper(name)) is not None


def is_key_of_callers(name: str) -> bool:
    """Say whether a name may hold the key that callers of this very API show: `API_KEY`, without a maker's name."""
    return _CALLERS_KEY.fullmatch(_upper(name)) is not None


def _upper(name: str) -> str:
    return _CAMEL.sub("_", name).replace("-", "_").upper()


def is_public_by_design(name: str, value: str) -> bool:
    """Say whether a value is one that pages carry openly: a Firebase web key, or anything in a name that is built in.

    What is secret by its shape and stands under such a name is another matter: it must not be there.
    """
    if value.startswith("AIza"):
        return "FIREBASE" in name.upper() or PUBLIC_NAME.match(name) is not None
    return PUBLIC_NAME.match(name) is not None and not any(secrets_in(value))


def is_instruction(value: str) -> bool:
    """Say whether a value tells its reader what to put there: `your-key`, `<token>`, `change-me`."""
    return _INSTRUCTION.search(value) is not None or len(set(value.lower())) <= 3


def _is_firebase(text: str, one: Secret) -> bool:
    """Say whether a Google key is the one of a Firebase web application, which is made to be public."""
    around = text[max(0, one.start - 600) : one.end + 600].lower()
    return one.value.startswith("AIza") and ("firebase" in around or "authdomain" in around)


def _is_real(one: Secret) -> bool:
    if one.what == "private key":
        return True
    if one.what == "signed token":
        return _is_kept_secret(one.value)
    body = one.value.split("_", 1)[-1] if "_" in one.value[:12] else one.value
    # Whoever typed `hf_abc…xyz` made it as long as a real one: that is no placeholder, and any scanner stops it.
    is_told = _PLACEHOLDER.search(_RUNS.sub("", one.value)) is not None or len(set(body.lower())) <= 4
    return not is_told and bits_per_character(body) >= _BITS_HEX and not is_phrase_of_words(one.value)


def is_phrase_of_words(value: str) -> bool:
    """Say whether what follows a prefix is words: `sk-my-local-development-key`."""
    parts = [part for part in re.split(r"[-_]", value) if part][1:]
    return len(parts) > 1 and all(part.isalpha() and len(part) < 14 for part in parts)


def _is_kept_secret(token: str) -> bool:
    """Say whether a JSON web token is one that must stay secret; a Supabase `anon` key is made to be public."""
    body = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return False
    if not isinstance(claims, dict) or claims.get("role") == "anon" or claims.get("sub") == "1234567890":
        return False
    return claims.get("role") == "service_role" or "access" in claims or "exp" not in claims


def _passwords_in(text: str) -> Iterator[Secret]:
    for found in _URL.finditer(text):
        password, host = found["password"], found["host"].strip("[]").lower()
        is_local = host in LOCAL_HOSTS or host.endswith((".local", ".internal", ".example.com")) or "." not in host
        if is_local or is_placeholder(password) or password.lower() == found["user"].lower() or is_placeholder(host):
            continue
        yield Secret(found.start("password"), found.end("password"), password, "password in a URL")


def is_open_value(value: str) -> bool:
    """Say whether a value under a secret's name plainly is none: a switch, a number, a reference, an address."""
    text = value.strip()
    if re.fullmatch(r"true|false|none|null|yes|no|on|off|\d{1,6}|", text, re.IGNORECASE) or re.match(r"[$<{]", text):
        return True
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://|/|\./", text) is not None and not any(secrets_in(text))
