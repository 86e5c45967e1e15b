"""Letters as bundles write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.feel import Feel

NOW = datetime(2026, 2, 5, 3, 0, tzinfo=UTC)

DECISION = """
<p data-part="agency">Ủy ban nhân dân<br/>phường Bến Nghé</p><p data-part="place">Bến Nghé</p>
<p data-part="symbol">QĐ-UBND</p><p data-part="type">Quyết định</p>
<p data-part="subject">Về việc cấp giấy phép xây dựng</p>
<p data-part="capacity">TM. Ủy ban nhân dân</p><p data-part="title">Chủ tịch</p>
<p data-part="signer">Nguyễn Văn Đức</p>
<div data-part="recipients"><ul><li>Như Điều 2;</li><li>Lưu: VT.</li></ul></div>
<p><b>Điều 1.</b> Cấp giấy phép cho ông Trần Ước.</p><p><b>Điều 2.</b> Văn phòng chịu trách nhiệm thi hành./.</p>
"""


@pytest.fixture(scope="session")
def feel() -> Feel:
    engine = Feel()
    yield engine
    engine.close()
