#include "libs/rpc/testing/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace regard::rpc::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "certificates: %s\n", what);
  std::abort();
}

void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  Check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value);
  X509_EXTENSION_free(extension);
}

Certificate Issue(const char* name, long serial, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* const signer = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  AddExtension(certificate.get(), signer, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  if (issuer != nullptr) AddExtension(certificate.get(), signer, NID_subject_alt_name, "DNS:localhost");
  Check(X509_sign(certificate.get(), issuer_key, EVP_sha256()) > 0, "sign");
  return certificate;
}

void Write(const std::string& path, X509* certificate, EVP_PKEY* key) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  Check(file != nullptr, path.c_str());
  if (certificate != nullptr) Check(PEM_write_X509(file, certificate) == 1, path.c_str());
  if (key != nullptr) Check(PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1, path.c_str());
  std::fclose(file);
}

}  // namespace

void WriteCertificates(const std::string& folder) {
  const Key authority_key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate authority = Issue("Test authority", 1, authority_key.get(), nullptr, authority_key.get());
  Write(folder + "ca.crt", authority.get(), nullptr);
  long serial = 2;
  for (const char* name : {"server", "client"}) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate = Issue(name, serial++, key.get(), authority.get(), authority_key.get());
    Write(folder + name + ".crt", certificate.get(), nullptr);
    Write(folder + name + ".key", nullptr, key.get());
  }
}

}  // namespace regard::rpc::testing
