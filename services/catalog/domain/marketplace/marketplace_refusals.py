"""What the marketplace refuses, in its own words."""

from __future__ import annotations

from services.runtime.problems import Conflict, Forbidden, Invalid

# -- the list of services, and agencies --------------------------------------------------------------------


class NothingToSign(Conflict):
    """There is no draft."""

    def __init__(self) -> None:
        super().__init__(
            "没有待审核的内容；请先编辑并保存。",
            "There is no draft to decide on; edit first.",
            code="no-draft",
        )


class OwnWork(Forbidden):
    """Who entered or edited it never admits or publishes it (ASVS 2.3.5)."""

    def __init__(self) -> None:
        super().__init__(
            "录入或修改过的人不能审核，请由另一位审核人办理。",
            "Whoever entered or edited it cannot approve it; another person must.",
            code="own-draft",
        )


class ServiceWithoutBasis(Invalid):
    """中介服务事项 without a law, regulation or State Council decision are cut (seed 001)."""

    def __init__(self) -> None:
        super().__init__(
            "没有法律、法规或者国务院决定依据的中介服务不得列入必须清单，请补充设定依据或删除。",
            "A service without a basis in law cannot be compulsory; add the basis or drop it.",
            code="no-basis",
            field="record.basis",
        )


class PriceGuidanceUpsideDown(Invalid):
    """The lowest price is above the highest."""

    def __init__(self) -> None:
        super().__init__(
            "收费标准的下限高于上限，请核对。",
            "The lowest price is above the highest.",
            code="price-range",
            field="price.lowest_fen",
        )


class ServiceExists(Conflict):
    """The code is taken."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"服务编码 {code} 已经存在，请编辑原有的一项。",
            f"Service {code} exists; edit it.",
            code="service-exists",
            field="service_code",
        )


class AgencyExists(Conflict):
    """The body has entered already."""

    def __init__(self) -> None:
        super().__init__(
            "该统一社会信用代码的机构已经登记，请修改原有登记。",
            "An agency with this credit code is registered; edit it.",
            code="agency-exists",
            field="record.uscc",
        )


class AnotherAgency(Invalid):
    """A registration is one body's."""

    def __init__(self) -> None:
        super().__init__(
            "统一社会信用代码不能修改；换了主体请另行登记。",
            "The credit code cannot change; register the other body by itself.",
            code="uscc-changed",
            field="uscc",
        )


class UnknownService(Invalid):
    """Not on the published list."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(
            f"中介服务 {code} 不在已公布的清单内，请核对编码。",
            f"Service {code} is not on the published list.",
            code="unknown-service",
            field=field,
        )


class NotAnOfficePhone(Invalid):
    """Public office data only: a mobile number would be a person's."""

    def __init__(self) -> None:
        super().__init__(
            "请填写带区号的办公电话，例如 0531-85061150；不要填写个人手机号码。",
            "Give an office number with its area code; a mobile number is a person's.",
            code="office-phone",
            field="phone",
        )


class OfferedTwice(Invalid):
    """One service, two offers."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "同一项服务只能填写一次，请删去重复的一行。",
            "A service can be offered once only; drop the second line.",
            code="offered-twice",
            field=f"offers.{number}.service_code",
        )


class ValidityUpsideDown(Invalid):
    """A certificate that ends before it begins."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "资质的截止日期早于起始日期，请核对证书。",
            "The certificate ends before it begins.",
            code="validity",
            field=f"qualifications.{number}.valid_to",
        )


class QualificationMissing(Invalid):
    """The service asks for a certificate, and none is valid today."""

    def __init__(self, service: str, qualification: str, number: int) -> None:
        super().__init__(
            f"“{service}”要求具备{qualification}，但没有今天有效的资质证书对应这项服务；请补充或去掉该服务。",
            f"“{service}” asks for {qualification}; no certificate is valid for it today.",
            code="qualification-missing",
            field=f"record.offers.{number}.service_code",
        )


class NotAdmitted(Conflict):
    """Only an admitted agency has a standing."""

    def __init__(self) -> None:
        super().__init__(
            "该机构尚未入驻或已退出，不能办理此事。",
            "The agency is not admitted, or has left.",
            code="not-admitted",
        )


class SameGrade(Conflict):
    """The grade is that one already."""

    def __init__(self, grade: str) -> None:
        super().__init__(f"信用等级已经是 {grade}。", f"The grade is {grade} already.", code="same-grade")


class BarEndsInThePast(Invalid):
    """A bar that is over before it begins."""

    def __init__(self) -> None:
        super().__init__(
            "黑名单的截止日期不能早于今天；长期列入请不填日期。",
            "A bar cannot end before today; give no date to bar for good.",
            code="bar-ends-in-the-past",
            field="until",
        )


class NotBarred(Conflict):
    """The agency is not on the blacklist."""

    def __init__(self) -> None:
        super().__init__("该机构不在黑名单内。", "The agency is not on the blacklist.", code="not-barred")
