"""Shows how the running service is: its vital signs for `relance status`, and the figures for monitoring. That it cannot be shown stops nothing."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import datetime

from agent.backends.certificates import met
from agent.errors import TemporaryError
from agent.service.app import App
from agent.service.gauges import gauges, machine_of, write_figures
from agent.service.vitals import Heard, Vitals, write_vitals
from agent.service.walls import noted

_LOG = logging.getLogger("relance.daemon")


class Display:
    """Writes both files after each round; a reason why not is told once."""

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._unshown = ""

    def show(self, app: App, heard: Iterable[Heard], hindrance: str) -> None:
        """Show the service as it is now."""
        settings = app.settings
        vitals = Vitals(app.clock.now(), self._started_at, os.getpid(), tuple(heard), hindrance, met())
        try:
            write_vitals(settings.state_dir, vitals)
            if settings.metrics is not None:
                machine = machine_of(settings.state_dir, settings.backup_dir, noted(app.store) or ())
                write_figures(settings.metrics, gauges(app.store, vitals, machine))
        except (OSError, TemporaryError) as error:
            if str(error) != self._unshown:
                self._unshown = str(error)
                _LOG.warning("the figures for monitoring cannot be written: %s", error)
