from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "summitry.demo"

    def ready(self) -> None:
        from summitry.demo import actions  # noqa: F401  (its decorator registers)
