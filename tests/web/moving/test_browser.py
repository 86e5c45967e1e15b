"""The pages of moving in a real browser: nothing for axe to find, nothing too wide, progress that moves by itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from engine.usecases.moving import approve_batch
from tests.factories import Ward
from tests.looking import look_over, open_to_everybody
from tests.stepping_in import step_in
from tests.usecases.moving import asked, looked, published
from tests.web.moving.test_pages import LIMIT, RENAMED, order, trial

pytestmark = pytest.mark.dialects("sqlite")  # what a browser shows does not depend on the database

LEADER = "Nguyễn Tiến Dũng"


def test_an_order_is_watched_to_its_end(ward: Ward, page: Any, app: Flask, serve: Callable[[Any], str]) -> None:
    case_id = ward.dossier_at("appraise")
    target = published(ward, *RENAMED, LIMIT)
    batch_id = asked(ward, looked(ward, target, mapping={"appraise": "review"}, letter="form01"))
    site = serve(app)
    step_in(page.context, site, LEADER)
    for path in (f"{trial(target)}?buoc.appraise=review&giay=form01", order(batch_id)):
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        open_to_everybody(page)
    with ward.work("dung") as work:
        approve_batch(work, batch_id)
    page.goto(site + order(batch_id))
    page.wait_for_selector("progress")
    with ThreadPoolExecutor(1) as workers:  # this thread belongs to the browser
        workers.submit(ward.run_deferred).result()
    page.wait_for_selector("text=Đã chuyển xong")
    look_over(page)
    page.goto(f"{site}{order(batch_id)}/ho-so/{case_id}")
    open_to_everybody(page)
