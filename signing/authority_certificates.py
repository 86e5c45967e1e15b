"""What stands in the certificates the sample authority issues."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from signing.keys import KeyInMemory, PrivateKey, pem_of

MARK = "MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
# The sample office has a history older than its installation, and certificates have to cover it.
_BACKDATED = timedelta(days=800)


@dataclass(frozen=True)
class Issuer:
    """One certifying key under the short name its addresses carry."""

    code: str
    key: KeyInMemory


def new_root(now: datetime, *, above: bool) -> KeyInMemory:
    """A root for thirty years; `above` another authority it will certify, or certifying holders itself."""
    private = ec.generate_private_key(ec.SECP384R1())
    name = subject(f"Chứng thực số {MARK}", MARK)
    builder = _certificate(name, x509.Name(name), private, now, now + timedelta(days=365 * 30))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=int(above)), critical=True)
    builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    return KeyInMemory(pem_of(builder.sign(private, hashes.SHA384())), (), private)


def new_issuing(root: Issuer, now: datetime, address: str) -> KeyInMemory:
    """An authority under the root, which certifies holders."""
    private = ec.generate_private_key(ec.SECP384R1())
    builder = begun(subject(f"Cấp chứng thư {MARK}", MARK), root, private, now, years=20)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    return issued(builder, private, root, address)


def new_timestamping(issuer: Issuer, now: datetime, address: str) -> KeyInMemory:
    """The time-stamping authority's key."""
    private = ec.generate_private_key(ec.SECP256R1())
    builder = begun(subject(f"Dấu thời gian {MARK}", MARK), issuer, private, now, years=30)
    builder = builder.add_extension(usage(), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return issued(builder, private, issuer, address)


def new_responder(issuer: Issuer, now: datetime) -> KeyInMemory:
    """Who may answer OCSP for an issuer (RFC 6960, 4.2.2.2); itself it need not be asked about."""
    private = ec.generate_private_key(ec.SECP256R1())
    builder = begun(subject(f"Trả lời OCSP {MARK}", MARK), issuer, private, now, years=30)
    builder = builder.add_extension(usage(), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
    builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return issued(builder, private, issuer, "")


def issued(builder: x509.CertificateBuilder, private: PrivateKey, issuer: Issuer, address: str) -> KeyInMemory:
    """The certificate signed by its issuer, with the addresses where its status and its issuer are found."""
    above = issuer.key.private_key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False
    )
    if address:
        builder = _addressed(builder, f"{address.rstrip('/')}/pki", issuer.code)
    certificate = builder.sign(above, hashes.SHA384())
    return KeyInMemory(pem_of(certificate), (issuer.key.certificate, *issuer.key.chain), private)


def _addressed(builder: x509.CertificateBuilder, where: str, code: str) -> x509.CertificateBuilder:
    """Authority information access and CRL distribution point (RFC 5280, 4.2.2.1 and 4.2.1.13)."""
    access = [
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{where}/ocsp")),
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(f"{where}/{code}.cer")
        ),
    ]
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{where}/{code}.crl")], None, None, None)
    builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


def begun(
    name: list[x509.NameAttribute],
    issuer: Issuer,
    private: PrivateKey,
    now: datetime,
    *,
    years: int,
    until: datetime | None = None,
) -> x509.CertificateBuilder:
    """A certificate under an issuer, not yet signed, valid from some two years before `now`."""
    end = until or now + timedelta(days=365 * years)
    return _certificate(name, issuer.key.parsed.subject, private, now, end)


def _certificate(
    name: list[x509.NameAttribute], issuer: x509.Name, private: PrivateKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(name))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, until) - _BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )


def usage(*, content_commitment: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    """What a key may be used for (RFC 5280, 4.2.1.3): signing, unless it certifies."""
    return x509.KeyUsage(
        digital_signature=not key_cert_sign,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def subject(name: str, organisation: str, title: str = "") -> list[x509.NameAttribute]:
    """Country, organisation, title if any, name."""
    parts = [_named(NameOID.COUNTRY_NAME, "VN"), _named(NameOID.ORGANIZATION_NAME, organisation)]
    if title:
        parts.append(_named(NameOID.TITLE, title))
    return [*parts, _named(NameOID.COMMON_NAME, name)]


def _named(kind: x509.ObjectIdentifier, name: str) -> x509.NameAttribute:
    """One part of a distinguished name; X.520 allows 64 characters."""
    fitted = name if len(name) <= 64 else name[:63] + "…"
    # The library counts bytes of UTF-8, of which a Vietnamese letter takes up to three.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.NameAttribute(kind, fitted, _validate=False)
