// What the tests of the providers domain start from: who acts, and a provider that is already here.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/es/testing/scenario.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "services/providers/domain/providers_domain.h"

namespace regard::providers::testing {

constexpr char kOwner[] = R"pb(subject: "anna" role: ROLE_PROVIDER tenant: "E08000009")pb";
constexpr char kOtherOwner[] = R"pb(subject: "ben" role: ROLE_PROVIDER tenant: "E08000009")pb";
constexpr char kPractitioner[] = R"pb(subject: "pia" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kCommissioner[] = R"pb(subject: "carl" role: ROLE_COMMISSIONER tenant: "E08000009")pb";
constexpr char kPractitionerElsewhere[] = R"pb(subject: "pip" role: ROLE_PRACTITIONER tenant: "E08000003")pb";
constexpr char kCommissionerElsewhere[] = R"pb(subject: "cleo" role: ROLE_COMMISSIONER tenant: "E08000003")pb";
constexpr char kOperator[] = R"pb(subject: "olga" role: ROLE_OPERATOR)pb";
// An actor with the owner's subject and another role is somebody else.
constexpr char kPersonOfThatName[] = R"pb(subject: "anna" role: ROLE_PERSON tenant: "E08000009")pb";

constexpr char kStream[] = "provider/v1";

// 5 January 2026 is "now" in a scenario.
constexpr char kNextMonth[] = "seconds: 1770000000";
constexpr char kLastMonth[] = "seconds: 1765000000";

class ProvidersScenario : public es::testing::Scenario {
 public:
  ProvidersScenario() : Scenario(ProvidersDomain(), internal::v1::ProvidersCommand::default_instance()) { By(kOwner); }

  // Anna, a sole trader with one worker w1.
  ProvidersScenario& Registered(absl::string_view kind = "MICRO_ENTERPRISE") {
    Given(kStream, absl::StrCat(R"pb(registered {
                                       provider_id: "v1"
                                       tenant: "E08000009"
                                       ownership: OWNERSHIP_SOLE_TRADER
                                       size_fte_tenths: 10
                                       owner_id: "anna"
                                       worker_ids: "w1"
                                       kind: PROVIDER_KIND_)pb",
                                kind, "}"));
    return *this;
  }
  ProvidersScenario& Known() {
    Given(kStream, R"pb(known {
                          provider_id: "v1"
                          tenant: "E08000009"
                          kind: PROVIDER_KIND_COMMUNITY_GROUP
                          name: "Knit and Natter"
                          row_digest: "d1"
                        })pb");
    return *this;
  }
  ProvidersScenario& Recorded(absl::string_view id, absl::string_view kind, absl::string_view more = "") {
    Given(kStream, absl::StrCat("credential_recorded { credential_id: \"", id, "\" kind: CREDENTIAL_KIND_", kind, " ",
                                more, "}"));
    return *this;
  }
  ProvidersScenario& Verified(absl::string_view id, absl::string_view kind, absl::string_view more = "") {
    Recorded(id, kind, more);
    Given(kStream, absl::StrCat("credential_verified { credential_id: \"", id, "\" }"));
    return *this;
  }
  // Insurance until next month, and a DBS check.
  ProvidersScenario& Papers() {
    Verified("ins", "INSURANCE", absl::StrCat("expires { ", kNextMonth, " }"));
    return Verified("dbs", "DBS");
  }
  // A visit in the person's home by w1, 20 pounds an hour. `more` adds terms.
  ProvidersScenario& Drafted(absl::string_view id = "l1", absl::string_view more = "") {
    Given(kStream, absl::StrCat("listing_drafted { listing_id: \"", id, R"pb("
                                  provider_id: "v1"
                                  tenant: "E08000009"
                                  terms {
                                    form: LISTING_FORM_VISIT
                                    capacity: 1
                                    place: PLACE_KIND_PERSONS_HOME
                                    postcode: "M33 4"
                                    worker_ids: "w1"
                                )pb",
                                more, R"pb(}
                                  price { amount { pence: 2000 currency: "GBP" } unit: PRICE_UNIT_HOUR } })pb"));
    return *this;
  }
  ProvidersScenario& Published(absl::string_view id = "l1", absl::string_view more = "") {
    Drafted(id, more);
    Given(kStream, absl::StrCat("listing_published { listing_id: \"", id, "\" }"));
    return *this;
  }
};

}  // namespace regard::providers::testing
