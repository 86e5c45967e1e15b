"""The doctor looks at what the house signs and stamps with: clock, time stamps, certificates, proofs, sealed days.

These troubles belong to no case; each has its sentence, its reason and what to do, like those of a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.accounts.holders import key_holders
from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.dossiers.figures import bounds
from engine.dossiers.levels import Kept, behind_since, is_behind, reason_of
from engine.dossiers.models import Document, Dossier
from engine.dossiers.scans import IntakeScan
from engine.history import Seal
from engine.journal import Entry
from engine.outbox import Job
from engine.queries.doctor_findings import Action, Finding, day, moment
from engine.queries.operations import cause_of
from engine.queries.trust import ClockLine, certain_drift, clocks, readings_since, stamps_today
from engine.trust.models import HeldCertificate
from engine.work import Reading
from rules.sentences import Sentence

AHEAD = timedelta(days=30)
"""So long before its end a certificate without a successor is spoken of, so that the next one is there in time."""
LATE = timedelta(days=1)
"""So long after its day a seal, or its signature, may come: a worker makes it at one in the morning."""
NAMED = 5


def trust_findings(read: Reading) -> list[Finding]:
    """What is wrong with clock, time stamps, certificates, levels and seals; for operators and the system."""
    require_role(read.actor, "operator")
    found = [*_clocks(read), *_stamps(read), *_certificates(read)]
    loading = select(Job.id).where(Job.kind == "LoadSample", Job.status.in_(("ready", "leased"))).limit(1)
    if read.session.scalar(loading) is not None:  # the sample's past is raised and sealed once it has been lived
        return found
    return [*found, *_levels(read), *_seals(read)]


def _outside(label: Sentence, precondition: Sentence, effect: Sentence) -> Action:
    return Action("outside", label, precondition, effect, roles=("operator",))


def _clocks(read: Reading) -> Iterator[Finding]:
    lines = clocks(read)
    for line in lines:
        if line.state in ("drifting", "stopped") and line.reading is not None:
            yield _drift(read, line)
    if lines and all(line.state == "failed" for line in lines):
        yield Finding(
            kind="stamps-silent",
            wrong=True,
            what=Sentence("Không tổ chức cấp dấu thời gian nào cấp được dấu: văn bản chờ, chưa ký được."),
            since=min((line.reading.asked_at for line in lines if line.reading is not None), default=None),
            who=Sentence("Người vận hành xem lỗi từng nơi ở trang Chứng thư số; đơn vị mạng mở đường ra ngoài."),
            action=_outside(
                Sentence("Sửa đường kết nối, rồi kiểm tra lại (./motcua trust check)"),
                Sentence("Đã biết vì sao không hỏi được: mạng, proxy, mật khẩu hay tổ chức ngừng dịch vụ."),
                Sentence("Lần hỏi sau được trả lời thì mục này tự hết; việc ký đang chờ tự chạy lại."),
            ),
        )


def _drift(read: Reading, line: ClockLine) -> Finding:
    """How far our clock is off and for how long; the reading is the newest."""
    assert line.reading is not None
    seconds = {"seconds": int(certain_drift(line.reading).total_seconds()), "source": line.source}
    what = (
        Sentence("Đồng hồ máy chủ lệch ít nhất %(seconds)s giây so với %(source)s: không ký được văn bản.", **seconds)
        if line.state == "stopped"
        else Sentence("Đồng hồ máy chủ lệch ít nhất %(seconds)s giây so với %(source)s.", **seconds)
    )
    return Finding(
        kind="clock-drift",
        wrong=True,
        what=what,
        since=readings_since(read, line),
        who=Sentence("Người vận hành chỉnh đồng hồ máy chủ."),
        action=_outside(
            Sentence("Chỉnh đồng hồ máy chủ theo nguồn giờ chuẩn (NTP), rồi kiểm tra lại (./motcua trust check)"),
            Sentence("Đã so với một nguồn giờ khác: chính máy chủ sai, không phải tổ chức cấp dấu thời gian."),
            Sentence("Lần so sau khớp thì mục này tự hết; việc ký đang chờ tự chạy lại."),
        ),
        subject=line.source,
    )


def _stamps(read: Reading) -> Iterator[Finding]:
    found = stamps_today(read)
    if found.setting == "overruled":
        yield Finding(
            kind="stamps-setting",
            wrong=True,
            what=Sentence(
                "Cấu hình MOTCUA_TSA_URL (%(address)s) trái với văn bản đã duyệt và không được dùng.",
                address=found.address,
            ),
            who=Sentence("Người vận hành bỏ dòng đó, hoặc đề nghị dùng địa chỉ ấy theo văn bản."),
            action=_outside(
                Sentence("Bỏ MOTCUA_TSA_URL khỏi cấu hình rồi khởi động lại"),
                Sentence("Danh sách tin cậy ghi đúng các tổ chức cấp dấu thời gian mà cơ quan dùng."),
                Sentence("Nguồn dấu thời gian không đổi: vẫn là các tổ chức đã duyệt."),
            ),
        )
    elif not found.names and not read.ports.settings.sample:
        yield Finding(
            kind="stamps-none",
            wrong=True,
            what=Sentence("Chưa có tổ chức cấp dấu thời gian nào: chưa ký được văn bản."),
            who=Sentence("Người vận hành đề nghị ở Danh sách tin cậy; người thứ hai duyệt."),
            action=_outside(
                Sentence("Đề nghị một tổ chức cấp dấu thời gian theo văn bản (./motcua trust tsa)"),
                Sentence("Có văn bản và địa chỉ của tổ chức đó."),
                Sentence("Từ ngày có hiệu lực, chữ ký có dấu thời gian của tổ chức này."),
            ),
        )


def _certificates(read: Reading) -> Iterator[Finding]:
    """Each holder has one certificate; what ends soon, has ended or was taken back therefore has no successor yet."""
    names = key_holders(read.session)
    taken = HeldCertificate.gone_at.is_(None) & (HeldCertificate.state == "revoked")
    revoked = {row.holder: row for row in read.session.scalars(select(HeldCertificate).where(taken))}
    for holder in sorted(revoked.keys() & names.keys(), key=names.__getitem__):
        row = revoked[holder]
        at = moment(row.revoked_at) if row.revoked_at is not None else ""
        what = Sentence("Chứng thư số của %(name)s bị thu hồi từ %(at)s, chưa có cái mới.", name=names[holder], at=at)
        yield _certificate(what, f"certificate-revoked:{row.fingerprint}")
    ending = read.ports.signatures.ending(before=read.now + AHEAD)
    for holder, ends in sorted(ending.items(), key=lambda one: (one[1], one[0])):
        if holder not in names or holder in revoked:
            continue
        words = {"name": names[holder], "day": day(legal_date(ends)), "left": max((ends - read.now).days, 0)}
        what = (
            Sentence("Chứng thư số của %(name)s đã hết hạn ngày %(day)s, chưa có cái mới.", **words)
            if ends < read.now
            else Sentence(
                "Chứng thư số của %(name)s hết hạn ngày %(day)s (còn %(left)s ngày), chưa có cái mới.", **words
            )
        )
        yield _certificate(what, f"certificate-ending:{holder}")


def _certificate(what: Sentence, key: str) -> Finding:
    kind, _, subject = key.partition(":")
    return Finding(
        kind=kind,
        wrong=True,
        what=what,
        who=Sentence("Người giữ chứng thư làm thủ tục với tổ chức chứng thực; người vận hành cài chứng thư mới."),
        action=_outside(
            Sentence("Xin cấp chứng thư mới rồi cài vào hệ thống (./motcua keys add --replace)"),
            Sentence("Chứng thư mới ghi đúng tên người hoặc đơn vị này và dẫn tới chứng thư gốc được tin cậy."),
            Sentence("Văn bản ký từ lúc đó dùng chứng thư mới; văn bản đã ký không đổi."),
        ),
        subject=subject,
    )


def _levels(read: Reading) -> Iterator[Finding]:
    """What is behind, one finding a reason, with how much there is and the dossiers of the oldest."""
    for kept in (Document, IntakeScan):
        since = func.min(behind_since(kept))
        rows = select(kept.level_trouble, func.count(), since).where(is_behind(read.now, kept))
        for code, count, oldest in read.session.execute(rows.group_by(kept.level_trouble).order_by(since)).all():
            yield _behind(read, kept, code, count, oldest)


def _behind(read: Reading, kept: Kept, code: str, count: int, oldest: datetime) -> Finding:
    some = (
        select(func.coalesce(func.nullif(Dossier.code, ""), Dossier.filing_code))
        .join(kept, kept.case_id == Dossier.case_id)
        .where(is_behind(read.now, kept), kept.level_trouble == code)
        .order_by(behind_since(kept))
        .limit(NAMED)
    )
    return Finding(
        kind="level-behind",
        wrong=True,
        what=Sentence("%(count)s bản quét đã ký ở dưới mức B-LTA hơn một ngày.", count=count)
        if kept is IntakeScan
        else Sentence("%(count)s văn bản đã ký ở dưới mức B-LTA hơn một ngày.", count=count),
        since=oldest,
        cause=reason_of(code),
        who=Sentence("Người vận hành sửa nguyên nhân; không phải ký lại văn bản nào."),
        action=_outside(
            Sentence("Sửa nguyên nhân: đường tới tổ chức chứng thực, dấu thời gian, Danh sách tin cậy")
            if code
            else Sentence("Xem bộ phận tự động có chạy không: mỗi năm phút bổ sung nhiều nhất 500 văn bản"),
            Sentence("Đã xem trang Chứng thư số: tổ chức nào không trả lời, đồng hồ có khớp không."),
            Sentence("Hệ thống tự bổ sung bằng chứng, chậm nhất sau một ngày; văn bản giữ nguyên nội dung đã ký."),
        ),
        subject=f"{kept.__tablename__}:{code}",
        detail=", ".join(dict.fromkeys(read.session.scalars(some))),
    )


def _seals(read: Reading) -> Iterator[Finding]:
    newest = read.session.scalar(select(func.max(Seal.day)))
    first = read.session.scalar(select(Entry.at).order_by(Entry.at).limit(1)) if newest is None else None
    missing = newest + timedelta(days=1) if newest else legal_date(first) if first else None
    if missing is not None and bounds(missing)[1] + LATE < read.now:
        count = (legal_date(read.now) - missing).days
        what = Sentence("%(count)s ngày lịch sử chưa niêm phong, kể từ ngày %(day)s.", count=count, day=day(missing))
        yield _seal(read, "seal-late", what, since=bounds(missing)[1])
    waiting = select(func.count(), func.min(Seal.closed_at), func.min(Seal.holder)).where(
        Seal.signature.is_(None), Seal.closed_at < read.now - LATE
    )
    count, oldest, holder = read.session.execute(waiting).one()
    if count:
        what = Sentence("%(count)s niêm phong ngày chưa có chữ ký số.", count=count)
        cause = None if holder else Sentence("Chưa đơn vị cấp trên cùng nào có khóa để ký niêm phong.")
        yield _seal(read, "seal-unsigned", what, since=oldest, cause=cause)


def _seal(read: Reading, kind: str, what: Sentence, *, since: datetime, cause: Sentence | None = None) -> Finding:
    last = select(Job).where(Job.kind == "SealHistory").order_by(Job.id.desc()).limit(1)
    job, detail = read.session.scalar(last), ""
    if cause is None and job is not None and job.last_error:
        said, detail = cause_of(job.last_error)
        cause = Sentence.of(said)
    return Finding(
        kind=kind,
        wrong=True,
        what=what,
        since=since,
        cause=cause,
        who=Sentence("Người vận hành xem vì sao việc nền không chạy, hoặc mở khóa ký của cơ quan."),
        action=_outside(
            Sentence("Sửa nguyên nhân rồi chạy ./motcua journal seal"),
            Sentence("Bộ phận tự động đang chạy; khóa của cơ quan ký niêm phong đã mở; lấy được dấu thời gian."),
            Sentence("Từng ngày được niêm phong đúng như lúc hết ngày; ngày nào ký muộn thì ghi rõ là muộn."),
        ),
        detail=detail,
    )
