from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "summitry.exchange"

    def ready(self) -> None:
        from summitry.exchange.sheets import core, governance, schedule  # noqa: F401  (they register)
