"""Settings: config/*.yaml < the user's config folder < environment < command line, validated once, frozen."""

from app.settings.agents import AgentSettings
from app.settings.editing import RefusedError, SettingsEditor
from app.settings.environment import read_environment, usable_environment
from app.settings.live import LiveSettings
from app.settings.load import load_settings
from app.settings.models import ModelsConfig, Prices, ProviderConfig, Retry
from app.settings.places import CONFIG_DIR, PROGRAM_DIR
from app.settings.schema import RunLimits, SandboxLimits, ServerSettings, Settings, Timeouts

__all__ = [
    "CONFIG_DIR",
    "PROGRAM_DIR",
    "AgentSettings",
    "LiveSettings",
    "ModelsConfig",
    "Prices",
    "ProviderConfig",
    "RefusedError",
    "Retry",
    "RunLimits",
    "SandboxLimits",
    "ServerSettings",
    "Settings",
    "SettingsEditor",
    "Timeouts",
    "load_settings",
    "read_environment",
    "usable_environment",
]
