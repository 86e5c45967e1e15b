"""The words that scripts of the borrowed components speak, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _


def component_words() -> dict[str, dict[str, dict[str, object]]]:
    """What GOV.UK's `initAll` is given: component → {"i18n": {key: words}}."""
    return {
        "accordion": {
            "i18n": {
                "hideAllSections": _("Ẩn tất cả"),
                "showAllSections": _("Hiện tất cả"),
                "hideSection": _("Ẩn"),
                "hideSectionAriaLabel": _("Ẩn mục này"),
                "showSection": _("Hiện"),
                "showSectionAriaLabel": _("Hiện mục này"),
            }
        },
        "characterCount": {
            "i18n": {
                "charactersUnderLimit": {"other": _("Bạn còn viết được %{count} ký tự")},
                "charactersAtLimit": _("Bạn đã viết hết số ký tự cho phép"),
                "charactersOverLimit": {"other": _("Bạn đã viết quá %{count} ký tự")},
                "wordsUnderLimit": {"other": _("Bạn còn viết được %{count} từ")},
                "wordsAtLimit": _("Bạn đã viết hết số từ cho phép"),
                "wordsOverLimit": {"other": _("Bạn đã viết quá %{count} từ")},
            }
        },
        "fileUpload": {
            "i18n": {
                "chooseFilesButton": _("Chọn tệp"),
                "dropInstruction": _("hoặc kéo thả tệp vào đây"),
                "noFileChosen": _("Chưa chọn tệp nào"),
                "multipleFilesChosen": {"other": _("Đã chọn %{count} tệp")},
                "enteredDropZone": _("Thả tệp ở đây"),
                "leftDropZone": _("Đã rời khỏi vùng thả tệp"),
            }
        },
        "passwordInput": {
            "i18n": {
                "showPassword": _("Hiện"),
                "hidePassword": _("Ẩn"),
                "showPasswordAriaLabel": _("Hiện mật khẩu"),
                "hidePasswordAriaLabel": _("Ẩn mật khẩu"),
                "passwordShownAnnouncement": _("Mật khẩu đang hiện"),
                "passwordHiddenAnnouncement": _("Mật khẩu đang ẩn"),
            }
        },
    }
