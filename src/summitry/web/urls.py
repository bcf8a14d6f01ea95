from django.urls import path

from summitry.web.views import account, clock, demo, files, home, live, search, sign_in, today

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("demo/", demo.sign_in_as, name="demo_sign_in"),
    path("account/", account.account, name="account"),
    path("language/", account.set_language, name="set_language"),
    path("theme/", account.set_theme, name="set_theme"),
    path("events/new/", home.new_event, name="new_event"),
    path("robots.txt", files.robots, name="robots"),
    path("favicon.ico", files.favicon, name="favicon"),
    path("e/<slug:slug>/", today.today, name="today"),
    path("e/<slug:slug>/search/", search.results, name="search"),
    path("e/<slug:slug>/live/", live.live, name="live"),
    path("e/<slug:slug>/clock/", clock.move_clock, name="move_clock"),
]
