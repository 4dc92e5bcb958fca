"""What a deployment decides, read from the environment once. Every default is safe in production and in public."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from registration.rules.city import city, folder_in_use
from registration.rules.matter_folders import own_folder


class Settings(BaseSettings):
    """One field per variable `HEYI_<FIELD>`; the database and the broker keep their customary names."""

    model_config = SettingsConfigDict(env_prefix="HEYI_", populate_by_name=True, extra="ignore")

    mode: Literal["production", "demo"] = "production"
    home: Path = Path("var")
    # Read by rules/city.py, since the rules know no settings; here so that all settings are in one place.
    city: Path = Field(default_factory=folder_in_use)
    # Read by rules/matter_folders.py in the same way.
    matters: Path | None = Field(default_factory=own_folder)
    designs: Path | None = Field(default_factory=lambda: city().designs)
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0

    storage: Literal["folder", "s3"] = "folder"
    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key_id: SecretStr = SecretStr("")
    s3_secret_access_key: SecretStr = SecretStr("")

    mail: Literal["folder", "smtp"] = "folder"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "heyi@localhost"

    # "http" posts to the address of a provider, or of an adapter for it; "folder" is for demonstrations.
    sms: Literal["folder", "http"] = "folder"
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")

    # "web" sends pushes to the devices of those who switched them on; "folder" is for demonstrations.
    push: Literal["folder", "web"] = "folder"
    # Whom a push service writes to about our messages: "mailto:..." or "https://..."; empty: HEYI_MAIL_FROM.
    push_contact: str = ""
    # The hosts of push services, and all below them; a browser with another one is not offered pushes.
    push_services: tuple[str, ...] = (
        *("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"),
    )
    # Only for tests: also a push service at http://127.0.0.1.
    push_loopback: bool = False
    # "http" sends events to their receivers; "folder" is for demonstrations.
    webhooks: Literal["folder", "http"] = "folder"
    # Receivers in private networks and on this machine, also without encryption: for an intranet.
    webhook_private_networks: bool = False

    signing_source: Literal["pem", "pkcs12", "pkcs11"] = "pem"
    signing_passphrase: SecretStr = SecretStr("")
    signing_pkcs11_module: Path | None = None
    signing_pkcs11_token: str = ""
    signing_pkcs11_label: str = ""
    timestamp_url: str = ""
    timestamp_outage_minutes: int = Field(default=0, ge=0)
    revocation_urls: tuple[str, ...] = ()
    ocsp: bool = False

    # "package.module:name" of an office's own check, or "sample", which proves nothing; a demonstration needs neither.
    identity: str = ""
    # The file of the providers by which people sign in (docs/sign-in.md); without one there is only the password.
    oidc: Path | None = None

    timezone: str = "Asia/Shanghai"
    design: str = Field(default_factory=lambda: city().about.design)
    design_is_own: bool = False
    render_seconds: float = 1.0
    render_megabytes: int = 200
    session_idle_minutes: int = 30
    session_hours: int = 12
    confirm_minutes: int = Field(default=30, ge=0)
    sign_up_code_minutes: int = Field(default=30, ge=1, le=24 * 60)
    signing_link_days: int = 14
    # 0: no reminders by themselves. The applicant can remind in any case, once a day.
    signing_reminder_days: int = Field(default=3, ge=0)
    signing_reminders: int = Field(default=3, ge=0)
    identity_valid_days: int = 90
    # From here on a supply of official numbers counts as nearly used up.
    pool_warning_percent: int = Field(default=80, ge=1, le=100)
    upload_bytes: int = 10 * 1024 * 1024
    lease_seconds: int = Field(default=10, ge=2)
    task_seconds: int = 90
    upload_files_per_day: int = Field(default=200, ge=1)
    upload_bytes_per_day: int = Field(default=512 * 1024 * 1024, ge=1)
    upload_bytes_in_drafts: int = Field(default=512 * 1024 * 1024, ge=1)
    antivirus: Literal["off", "clamd"] = "off"
    clamd_address: str = "127.0.0.1:3310"
    attempts_before_parking: int = 5
    retry_seconds: tuple[int, ...] = (5, 30, 120, 600, 1800)
    relay_seconds: float = 0.2
    sweep_seconds: float = 10.0
    # The file of services and clients for GovStack's information mediator; without it there are no such addresses.
    govstack: Path | None = None
    # How long a decision at the desk can be taken back before it leaves the office. 0: it leaves at once.
    undo_seconds: int = Field(default=10, ge=0, le=60)
    argon2_memory_kib: int = 65536
    argon2_time_cost: int = 3

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def sends_sms(self) -> bool:
        """Whether text messages are offered: they reach phones, or it is a demonstration."""
        return self.demo or (self.sms == "http" and bool(self.sms_url))

    @property
    def pushes(self) -> bool:
        """Whether pushes are offered: they reach devices, or it is a demonstration."""
        return self.demo or self.push == "web"

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.home / 'heyi.sqlite3').resolve()}"

    @property
    def broker_url(self) -> str:
        """A Unix socket below `home` unless a server is named: nothing listens on the network by default."""
        return self.redis_url or f"redis+socket://{(self.home / 'broker' / 'valkey.sock').resolve()}"

    @property
    def keys(self) -> Path:
        return keys_in(self.home)


def keys_in(home: Path) -> Path:
    """The folder of a deployment's keys."""
    return home / "keys"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Tests call `settings.cache_clear()` after they change the environment."""
    return Settings()
