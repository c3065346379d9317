"""Certificates of the deployment's own authority."""

import pytest
from cryptography import x509

from ecrf import crypto


@pytest.mark.req("R-108")
def test_an_authority_issues_and_revokes_and_does_nothing_else(authority):
    certificate = authority.certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value

    assert (basic.ca, basic.path_length) == (True, 0)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)


@pytest.mark.parametrize("usage", ["person", "seal"])
def test_an_issued_certificate_signs_and_does_nothing_else(authority, usage):
    _, certificate = crypto.issue(authority, "Somebody", usage, 365)
    allowed = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value

    certificate.verify_directly_issued_by(authority.certificate)
    assert (allowed.digital_signature, allowed.content_commitment) == (True, True)
    assert not (allowed.key_cert_sign or allowed.crl_sign or allowed.key_encipherment or basic.ca)


def test_no_certificate_names_an_online_service(authority, person):
    for certificate in (authority.certificate, person[1]):
        with pytest.raises(x509.ExtensionNotFound):
            certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)


def test_a_long_name_is_cut_for_the_certificate_only(authority):
    _, certificate = crypto.issue(authority, "长" * 100, "person", 1)

    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == "长" * 21


def test_a_certificate_survives_as_text(person):
    again = crypto.load_certificate(crypto.certificate_pem(person[1]))

    assert crypto.fingerprint(again) == crypto.fingerprint(person[1])


def test_a_revocation_list_keeps_what_it_had_and_counts_up(authority, person):
    _, other = crypto.issue(authority, "Other", "person", 1)
    first = crypto.revocation_list(authority, revoked=[person[1]])
    second = crypto.revocation_list(authority, first, [person[1], other])

    assert {entry.serial_number for entry in second} == {
        person[1].serial_number,
        other.serial_number,
    }
    assert second.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2
    assert second.is_signature_valid(authority.certificate.public_key())
