"""Secrets are found by shape, name and randomness; placeholders are not; what is shown is masked."""

import pytest

from modelyard.deploy.auditing.audit import audit
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.masking import MASK, masked, shown
from modelyard.deploy.code.secrets import is_phrase, is_random, is_secret_name, is_signing_name, secrets_in
from modelyard.deploy.finding import PLATFORMS
from modelyard.deploy.project.project import Project
from modelyard.deploy.rules.sec002_secret_in_source import SEC002

RANDOM = "aK3vQ9xLm2Zt7RwYb4Nc8PdHs5JfGu1E"
HF = "hf_" + RANDOM + "kq"
GROQ = "gsk_" + RANDOM + "a9B8c7D6e5F4"
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
SERVICE_ROLE = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.3q2kVZ8mPq7Lw1Xc9Rt5Yb2N"
ANON = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.3q2kVZ8mPq7Lw1Xc9Rt5Yb2N"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f'client = InferenceClient(token="{HF}")', "Hugging Face token"),
        (f"GROQ_API_KEY={GROQ}", "Groq API key"),
        ("DATABASE_URL=postgresql://neon:Zk4vQ9xLm2Zt@ep-cool-1.eu.aws.neon.tech/db", "password in a URL"),
        (f"key = '''-----BEGIN RSA PRIVATE KEY-----\n{KEY}", "private key"),
        (f"SUPABASE={SERVICE_ROLE}", "signed token"),
        ("sk-" + RANDOM + "0123", "API key"),
        ("HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz12345678", "Hugging Face token"),
        ("ENV OPENAI_API_KEY=sk-proj-1234567890abcdefghijklmnopqrstuvwxyzABCD", "API key"),
    ],
)
def test_a_secret_is_found_by_its_shape_and_masked(text: str, what: str) -> None:
    (found,) = secrets_in(text)
    assert found.what == what
    assert text[found.start : found.end] == found.value
    if what != "private key":
        assert found.value not in masked(text)
        assert MASK in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-openai-api-key-goes-here-please-123456789",
        "sk-toggleable__label-arrow sk-estimator-doc-link sk-text-repr-fallback",
        "postgresql://postgres:postgres@db.abc.supabase.co/x",
        "postgresql://user:password@host.neon.tech/x",
        "postgres://u:Zk4vQ9xLm2Zt@localhost:5432/x",
        "redis://default:Zk4vQ9xLm2Zt@redis:6379",
        "postgresql://x:${DB_PASSWORD}@ep.neon.tech/x",
        'f"postgresql://{user}:{password}@{host}/x"',
        "postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres",
        'if "-----BEGIN PRIVATE KEY-----" in text:',
        f"NEXT_PUBLIC_SUPABASE_ANON_KEY={ANON}",
        "https://docs.python.org:443/3/library@x",
    ],
)
def test_placeholders_local_databases_and_public_keys_are_no_secrets(text: str) -> None:
    assert not list(secrets_in(text))


def test_random_values_are_told_from_phrases() -> None:
    assert is_random(RANDOM)
    assert is_random("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7")
    assert not is_random("all-MiniLM-L6-v2-sentence-2024")
    assert not is_random("your-super-secret-key-change-in-production")
    assert is_phrase("super-secret-key-2024")
    assert not is_phrase(RANDOM)


def test_names_say_what_is_secret() -> None:
    secret = ["SECRET_KEY", "JWT_SECRET", "HF_TOKEN", "DATABASE_URL", "openai_api_key", "qdrantApiKey", "DB_PASSWORD"]
    secret += ["ADMIN_TOKEN", "SESSION_TOKEN", "LOGIN_TOKEN"]
    open_names = ["MAX_TOKENS", "ACCESS_TOKEN_EXPIRE_MINUTES", "GOOGLE_CLIENT_ID", "TOKEN_URL", "ALGORITHM", "ANON_KEY"]
    open_names += ["MIN_TOKEN", "PAD_TOKEN", "N_TOKEN"]
    assert [name for name in secret if not is_secret_name(name)] == []
    assert [name for name in open_names if is_secret_name(name)] == []
    assert is_signing_name("jwtSecretKey")
    assert not is_signing_name("OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ('SECRET_KEY = os.getenv("SECRET_KEY", "super-secret-key-2024")', "super-secret-key-2024"),
        ('    jwt_secret: str = Field(default="super-secret-key-2024")', "super-secret-key-2024"),
        ("DB_PASSWORD=Tr0ubadour9", "Tr0ubadour9"),
        ("  - API_KEY=abcdef123456", "abcdef123456"),
        ("const token = process.env.TOKEN ?? 'abcdef123456'", "abcdef123456"),
    ],
)
def test_what_is_given_to_a_secret_name_is_masked(text: str, gone: str) -> None:
    assert gone not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        'oauth2 = OAuth2PasswordBearer(tokenUrl="/api/auth/token")',
        'SECRET_KEY = os.environ["SECRET_KEY"]',
        "token = create_access_token(user)",
        "DB_PASSWORD=${DB_PASSWORD}",
        "from huggingface_hub import hf_hub_download, hf_file_system_x",
        "class: sk-toggleable__label-arrow pk_columns_of_everything",
        'raise HTTPException(401, "Invalid token or password")',
    ],
)
def test_code_without_a_secret_stays_readable(text: str) -> None:
    assert masked(text) == text


def test_masking_stays_linear_on_long_lines() -> None:
    for text in ("a." * 50_000, "a:" * 50_000, "secret" * 20_000, "token=" * 20_000, "://" * 50_000):
        list(secrets_in(text))
        masked(text[:5_000])
    assert shown("short") == MASK


def test_a_secret_that_one_place_gives_away_is_shown_wherever_it_stands() -> None:
    files = {
        "app.py": f'import os\n\nAQI_API_KEY = os.getenv("AQI_API_KEY", "{RANDOM}")\n',
        "api/other.py": f'def handler(request):\n    return "{RANDOM}"\n',
        "DEPLOY.md": f"# Deploy\n\n- **Value**: `{RANDOM}`\n",
        "notes.md": f"# {RANDOM[:20]}\n",
    }
    code = CodeBase.of({path: text.encode() for path, text in files.items()}, untracked=frozenset())
    (finding,) = audit(Project(code), [SEC002()], PLATFORMS, is_strict=True).findings
    assert [one.place for one in finding.evidence] == ["app.py:3", "DEPLOY.md:3", "api/other.py:2"]
    assert not any(RANDOM in one.text for one in finding.evidence)
