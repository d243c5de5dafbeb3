"""Pictures of all views of the page."""

import pathlib


class Pictures:
    """All views on a desk and on a phone, light and dark, in English and Korean; none is wider than the screen."""

    def views(self):
        small, other = (self.run(name).name for name in ("small", "one"))
        tabs = {name: f"run?id={small}&tab={name}" for name in ("curves", "results", "weights", "time", "draw", "details", "log")}
        tabs["cell"] = f"run?id={small}&tab=results&label=0&predicted=0"
        tabs["dialog"] = f"run?id={small}"
        views = {"list": "runs", **tabs, "compare": f"compare?run={small}&run={other}", "bin": "bin", "gone": "run?id=nothing"}
        for path in self.arguments.more:
            views[pathlib.Path(path).name] = path
        return views

    def pictures(self, directory):
        """Takes pictures of all views; none is wider than the screen."""
        looks = {
            "desk-en-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
            "desk-ko-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "language": "ko"},
            "phone-ko-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True, "language": "ko"},
            "phone-en-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
        }
        for look, options in looks.items():
            for name, view in self.views().items():
                tab = self.open(view, allowed=("404",), **options)
                tab.locator("main h1, main h2").first.wait_for()
                tab.wait_for_timeout(700 * self.arguments.patience)
                if name == "dialog":
                    tab.locator('[data-part="resume"]').click()
                if name == "list":
                    tab.locator(".rows input[type=checkbox]").first.check()
                width = tab.evaluate("document.documentElement.scrollWidth")
                self.check(width <= options["viewport"]["width"], f"{look} {name}: the page is {width} wide")
                self.check(tab.evaluate("document.documentElement.lang") == options.get("language", "en"), f"{look} {name}: lang")
                tab.screenshot(path=directory / f"{name}-{look}.png", full_page=True)
                self.close(tab)
