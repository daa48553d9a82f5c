"""Which package brings which import, and what packages bring along."""

import re
import sys
from collections.abc import Iterable

from modelyard.deploy.code.installing import normalised

GONE = frozenset({"distutils", "imp", "asyncore", "asynchat", "smtpd", "cgi", "crypt", "pipes", "telnetlib", "tomllib"})
"""Modules of the standard library of some version."""
STANDARD = frozenset(sys.stdlib_module_names) | GONE | {"__future__", "_typeshed"}
IMPORTS: dict[str, tuple[str, ...]] = {
    "argon2": ("argon2-cffi",),
    "attr": ("attrs",),
    "autogen": ("pyautogen", "autogen", "ag2", "autogen-agentchat"),
    "Bio": ("biopython", "bio"),
    "box": ("python-box",),
    "bs4": ("beautifulsoup4", "bs4"),
    "bson": ("pymongo", "bson"),
    "community": ("python-louvain",),
    "cv2": ("opencv-python-headless", "opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "Crypto": ("pycryptodome", "pycryptodomex", "pycrypto"),
    "dateutil": ("python-dateutil",),
    "decouple": ("python-decouple",),
    "dns": ("dnspython",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "ee": ("earthengine-api",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "ffmpeg": ("ffmpeg-python", "python-ffmpeg", "typed-ffmpeg", "ffmpeg"),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "googleapiclient": ("google-api-python-client",),
    "gridfs": ("pymongo",),
    "grpc": ("grpcio",),
    "imblearn": ("imbalanced-learn", "imblearn"),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "kafka": ("kafka-python", "kafka-python-ng"),
    "ldap": ("python-ldap",),
    "magic": ("python-magic", "python-magic-bin"),
    "mpl_toolkits": ("matplotlib",),
    "multipart": ("python-multipart", "multipart"),
    "MySQLdb": ("mysqlclient",),
    "newspaper": ("newspaper3k", "newspaper4k"),
    "odf": ("odfpy",),
    "OpenSSL": ("pyopenssl",),
    "osgeo": ("gdal",),
    "phi": ("phidata",),
    "PIL": ("pillow", "pillow-simd"),
    "pkg_resources": ("setuptools",),
    "playhouse": ("peewee",),
    "pptx": ("python-pptx",),
    "psycopg": ("psycopg", "psycopg-binary"),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "pylab": ("matplotlib",),
    "pynvml": ("nvidia-ml-py", "pynvml"),
    "rank_bm25": ("rank-bm25",),
    "serial": ("pyserial",),
    "serpapi": ("google-search-results", "serpapi"),
    "skimage": ("scikit-image",),
    "skfuzzy": ("scikit-fuzzy",),
    "sklearn": ("scikit-learn",),
    "sksurv": ("scikit-survival",),
    "slugify": ("python-slugify",),
    "socketio": ("python-socketio",),
    "speech_recognition": ("speechrecognition",),
    "st_aggrid": ("streamlit-aggrid",),
    "stl": ("numpy-stl",),
    "tavily": ("tavily-python",),
    "telebot": ("pytelegrambotapi", "telebot"),
    "telegram": ("python-telegram-bot",),
    "TTS": ("coqui-tts", "tts"),
    "umap": ("umap-learn",),
    "usb": ("pyusb",),
    "vertexai": ("google-cloud-aiplatform", "vertexai"),
    "vlc": ("python-vlc",),
    "webdriver_manager": ("webdriver-manager",),
    "whisper": ("openai-whisper",),
    "win32api": ("pywin32",),
    "wsgi": ("",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
"""Where the package's name is not the import's; the one to add first."""
_NUMERIC = ("numpy", "scipy", "joblib", "threadpoolctl")
_TORCH = ("torch", "numpy", "sympy", "networkx", "jinja2", "fsspec", "filelock", "typing-extensions")
_HUB = ("huggingface-hub", "pyyaml", "tqdm", "filelock", "fsspec", "packaging", "typing-extensions")
_TRANSFORMERS = ("transformers", "tokenizers", "safetensors", "regex", "numpy", "requests", *_HUB)
_WEB = ("starlette", "pydantic", "pydantic-core", "anyio", "sniffio", "typing-extensions", "idna")
_HTTPX = ("httpx", "httpcore", "anyio", "certifi", "idna", "sniffio", "h11")
_REQUESTS = ("requests", "urllib3", "certifi", "idna", "charset-normalizer")
_LANGCHAIN = (
    "langchain-core",
    "langsmith",
    "pydantic",
    "pyyaml",
    "tenacity",
    "requests",
    "packaging",
    "httpx",
    "orjson",
)
_GOOGLE = ("google-auth", "googleapis-common-protos", "protobuf", "requests", "cachetools", "rsa", "pyasn1")
_PANDAS = ("pandas", "numpy", "python-dateutil", "pytz", "six", "tzdata")
BRINGS: dict[str, tuple[str, ...]] = {
    "aiohttp": ("yarl", "multidict", "attrs", "aiosignal", "frozenlist"),
    "alembic": ("sqlalchemy", "mako", "markupsafe", "typing-extensions"),
    "anthropic": (*_HTTPX, "pydantic", "typing-extensions", "distro", "jiter"),
    "beanie": ("pymongo", "motor", "pydantic", "click", "lazy-model"),
    "boto3": ("botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil"),
    "catboost": (*_PANDAS, *_NUMERIC, "matplotlib", "plotly", "graphviz", "six"),
    "celery": ("kombu", "billiard", "vine", "click", "python-dateutil"),
    "chromadb": (
        *_HTTPX,
        *_HUB,
        "numpy",
        "pydantic",
        "fastapi",
        "uvicorn",
        "requests",
        "onnxruntime",
        "tenacity",
        "typer",
    ),
    "cohere": (*_HTTPX, *_REQUESTS, "pydantic", "tokenizers", "typing-extensions"),
    "datasets": (*_PANDAS, *_HUB, "pyarrow", "requests", "tqdm", "multiprocess", "dill"),
    "easyocr": (*_TORCH, "torchvision", "opencv-python-headless", "pillow", "scikit-image", "pyyaml", "scipy"),
    "fastapi": _WEB,
    "fastembed": (*_HUB, "numpy", "onnxruntime", "tokenizers", "requests", "pillow"),
    "firebase-admin": (*_GOOGLE, "google-api-core", "google-cloud-firestore", "google-cloud-storage", "pyjwt", "httpx"),
    "flask": ("werkzeug", "jinja2", "click", "itsdangerous", "markupsafe", "blinker"),
    "flask-cors": ("flask", "werkzeug"),
    "flask-jwt-extended": ("flask", "werkzeug", "pyjwt"),
    "flask-login": ("flask", "werkzeug"),
    "flask-migrate": ("flask", "flask-sqlalchemy", "sqlalchemy", "alembic"),
    "flask-pymongo": ("flask", "pymongo"),
    "flask-sqlalchemy": ("flask", "sqlalchemy"),
    "google-api-python-client": (*_GOOGLE, "google-api-core", "google-auth-httplib2", "httplib2", "uritemplate"),
    "google-auth": ("rsa", "pyasn1", "cachetools"),
    "google-auth-oauthlib": ("google-auth", "requests-oauthlib", "oauthlib", "requests"),
    "google-cloud-storage": (*_GOOGLE, "google-api-core", "google-cloud-core"),
    "google-genai": (*_HTTPX, *_REQUESTS, "google-auth", "pydantic", "websockets", "tenacity", "typing-extensions"),
    "google-generativeai": (*_GOOGLE, "google-api-core", "google-ai-generativelanguage", "pydantic", "tqdm"),
    "gradio": (
        *(
            "fastapi",
            "uvicorn",
            "jinja2",
            "markupsafe",
            "orjson",
            "pillow",
            "pydub",
            "python-multipart",
            "ruff",
            "typer",
        ),
        *(*_WEB, *_HTTPX, *_HUB, *_PANDAS, "gradio-client", "aiofiles", "websockets", "semantic-version"),
    ),
    "gradio-client": (*_HTTPX, *_HUB, "websockets"),
    "groq": (*_HTTPX, "pydantic", "distro", "typing-extensions"),
    "httpx": _HTTPX,
    "huggingface-hub": (*_HUB, *_HTTPX),
    "imbalanced-learn": ("scikit-learn", *_NUMERIC),
    "jinja2": ("markupsafe",),
    "langchain": (*_LANGCHAIN, "langchain-text-splitters", "sqlalchemy", "numpy"),
    "langchain-community": (*_LANGCHAIN, "langchain", "sqlalchemy", "aiohttp", "numpy", "dataclasses-json"),
    "langchain-core": _LANGCHAIN,
    "langgraph": _LANGCHAIN,
    "lightgbm": _NUMERIC,
    "matplotlib": ("numpy", "pillow", "python-dateutil", "packaging", "pyparsing", "contourpy", "cycler", "kiwisolver"),
    "mongoengine": ("pymongo",),
    "motor": ("pymongo", "dnspython"),
    "mcp": (
        *_WEB,
        *_HTTPX,
        "httpx-sse",
        "sse-starlette",
        "uvicorn",
        "pydantic-settings",
        "python-multipart",
        "jsonschema",
    ),
    "mlflow": (
        *_PANDAS,
        *_NUMERIC,
        "scikit-learn",
        "flask",
        "sqlalchemy",
        "alembic",
        "matplotlib",
        "pyyaml",
        "requests",
    ),
    "nltk": ("click", "joblib", "regex", "tqdm"),
    "openai": (*_HTTPX, "pydantic", "distro", "tqdm", "jiter", "typing-extensions"),
    "optuna": ("alembic", "sqlalchemy", "numpy", "tqdm", "colorlog", "pyyaml", "packaging"),
    "pandas": _PANDAS,
    "odmantic": ("pymongo", "motor", "pydantic"),
    "passlib": (),
    "pinecone": ("urllib3", "certifi", "python-dateutil", "typing-extensions"),
    "plotly": ("packaging", "narwhals", "tenacity"),
    "psycopg2-binary": (),
    "pydantic": ("pydantic-core", "annotated-types", "typing-extensions"),
    "pydantic-settings": ("pydantic", "python-dotenv"),
    "pyjwt": (),
    "pymongo": ("dnspython",),
    "python-dotenv": (),
    "python-jose": ("ecdsa", "rsa", "pyasn1"),
    "python-multipart": (),
    "qdrant-client": (*_HTTPX, "grpcio", "numpy", "pydantic", "portalocker", "urllib3"),
    "redis": (),
    "requests": _REQUESTS,
    "scikit-learn": _NUMERIC,
    "seaborn": (*_PANDAS, "matplotlib"),
    "sentence-transformers": (*_TRANSFORMERS, *_TORCH, *_NUMERIC, "scikit-learn", "pillow"),
    "shap": (*_PANDAS, *_NUMERIC, "scikit-learn", "numba", "tqdm", "packaging"),
    "slowapi": ("limits",),
    "spacy": ("numpy", "pydantic", "requests", "tqdm", "typer", "thinc", "jinja2"),
    "sqlalchemy": ("typing-extensions",),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "sse-starlette": ("starlette", "anyio"),
    "starlette": ("anyio", "sniffio", "idna"),
    "statsmodels": (*_PANDAS, *_NUMERIC, "patsy", "packaging"),
    "streamlit": (
        *_PANDAS,
        *_REQUESTS,
        "altair",
        "pillow",
        "pyarrow",
        "click",
        "gitpython",
        "tornado",
        "toml",
        "pydeck",
        "tenacity",
    ),
    "supabase": (*_HTTPX, "gotrue", "postgrest", "realtime", "storage3", "websockets", "pydantic"),
    "tensorflow": (
        "numpy",
        "keras",
        "h5py",
        "absl-py",
        "grpcio",
        "protobuf",
        "requests",
        "six",
        "tensorboard",
        "packaging",
    ),
    "torch": _TORCH,
    "torchvision": (*_TORCH, "pillow"),
    "transformers": _TRANSFORMERS,
    "typer": ("click", "rich", "shellingham"),
    "uvicorn": ("click", "h11"),
    "wordcloud": ("numpy", "pillow", "matplotlib"),
    "xgboost": ("numpy", "scipy"),
}
"""What is installed with a package, itself left out; the common ones."""
EXTRAS: dict[str, tuple[str, ...]] = {
    "fastapi[standard]": (
        *_HTTPX,
        "uvicorn",
        "jinja2",
        "python-multipart",
        "email-validator",
        "fastapi-cli",
        "websockets",
    ),
    "fastapi[all]": (
        *(*_HTTPX, "uvicorn", "jinja2", "python-multipart", "email-validator", "itsdangerous", "orjson", "ujson"),
        *("pyyaml", "pydantic-settings", "python-dotenv", "websockets"),
    ),
    "uvicorn[standard]": ("websockets", "httptools", "uvloop", "watchfiles", "python-dotenv", "pyyaml"),
    "starlette[full]": ("httpx", "itsdangerous", "jinja2", "python-multipart", "pyyaml"),
    "passlib[bcrypt]": ("bcrypt",),
    "passlib[argon2]": ("argon2-cffi",),
    "pydantic[email]": ("email-validator",),
    "python-jose[cryptography]": ("cryptography",),
    "pyjwt[crypto]": ("cryptography",),
    "sqlalchemy[asyncio]": ("greenlet",),
    "sqlalchemy[postgresql-asyncpg]": ("asyncpg", "greenlet"),
    "sqlalchemy[aiosqlite]": ("aiosqlite", "greenlet"),
    "psycopg[binary]": ("psycopg-binary",),
    "psycopg[pool]": ("psycopg-pool",),
    "celery[redis]": ("redis",),
    "redis[hiredis]": ("hiredis",),
    "transformers[torch]": _TORCH,
}
STANDARD_INCLUDED = {"fastapi": ("0.111.0", "0.111.1")}
"""Versions that installed by themselves what `[standard]` names before and since."""
PARTS: dict[str, tuple[str, ...]] = {
    "fastapi": ("starlette", "pydantic"),
    "flask": ("werkzeug", "jinja2", "click", "itsdangerous", "markupsafe"),
    "gradio": ("fastapi", "pydantic", "starlette", "uvicorn", "numpy", "pandas", "pillow"),
    "pandas": ("numpy",),
    "pydantic-settings": ("pydantic",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "streamlit": ("numpy", "pandas"),
}
"""What a package is documented to be used with, and always installs."""
UBIQUITOUS = frozenset(
    {"numpy", "requests", "pyyaml", "pydantic", "pillow", "tqdm", "packaging", "httpx", "typing-extensions", "click"}
    | {"python-dateutil", "pytz", "jinja2", "certifi", "urllib3", "anyio", "aiohttp", "setuptools", "scipy", "pandas"}
    | {"joblib", "regex", "tenacity", "rich", "attrs", "six", "protobuf", "grpcio", "websockets", "starlette"}
)
"""What almost any package may bring along."""


def packages_of(name: str) -> tuple[str, ...]:
    """Return the packages that an imported top-level name may come from, the likeliest first."""
    return IMPORTS.get(name, (normalised(name),))


def is_named_alike(name: str, packages: Iterable[str]) -> bool:
    """Say whether one of the packages is plainly the import's, though no table says so: `google` of `google-genai`."""
    if name in IMPORTS:
        return False
    compact = re.sub(r"[^a-z0-9]", "", name.lower())
    for package in packages:
        other = re.sub(r"[^a-z0-9]", "", package.lower())
        if compact == other or (len(compact) > 3 and compact in other):
            return True
    return False


def brought_by(packages: Iterable[str], extras: Iterable[str] = ()) -> set[str]:
    """Return what packages (and `name[extra]`s) bring along, as far as the tables know."""
    found: set[str] = set()
    waiting = [*packages, *(one for extra in extras for one in EXTRAS.get(extra, ()))]
    found.update(one for extra in extras for one in EXTRAS.get(extra, ()))
    while waiting:
        for one in BRINGS.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found
