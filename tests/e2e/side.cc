#include "tests/e2e/side.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "regard/providers/v1/providers_service.pb.h"

namespace regard::e2e {

std::string TimeText(const std::string& field, absl::Time time) {
  return absl::StrCat(field, " { seconds: ", absl::ToUnixSeconds(time), " } ");
}

std::string DateText(const std::string& field, absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  return absl::StrCat(field, " { year: ", day.year(), " month: ", day.month(), " day: ", day.day(), " } ");
}

std::string IntervalText(const std::string& field, absl::Time start, absl::Duration length) {
  return absl::StrCat(field, " { ", TimeText("start", start), TimeText("end", start + length), "} ");
}

std::string TermsText(const Side& side) {
  std::string windows;
  for (int weekday = 1; weekday <= 7; ++weekday) {
    absl::StrAppend(&windows, "windows { weekday: ", weekday, " start_minute_of_day: 360 end_minute_of_day: 1320 } ");
  }
  return absl::StrCat(
      "terms { title: 'Gardening' description: 'Together' categories: 'regard:gardening' form: LISTING_FORM_VISIT "
      "capacity: 1 place: PLACE_KIND_PERSONS_HOME postcode: 'M33 4GT' radius_m: 5000 time_zone: 'Europe/London' ",
      windows, "cancellation { notice_minutes: 1440 fee_percent: 50 } worker_ids: '", side.worker_id, "' } ");
}

std::string BookingText(const Side& side, absl::Time start) {
  return absl::StrCat(side.listing(), side.budget(), IntervalText("when", start),
                      "home_postcode: 'M33 4GT' note: 'The gate sticks' consistency_token: '", side.token, "' ");
}

Side MakeSide(World& world, const std::string& name, const std::string& tenant, int64_t pounds,
              absl::Duration insured_for) {
  Side side;
  side.name = name;
  side.tenant = tenant;
  side.person = {"person-" + name, "person", tenant};
  side.helper = {"helper-" + name, "acting_for", tenant};
  side.app = {"app-" + name, "partner", tenant};
  side.owner = {"owner-" + name, "provider", tenant};
  side.practitioner = {"practitioner-" + name, "practitioner", tenant};
  side.commissioner = {"commissioner-" + name, "commissioner", tenant};

  const Answer registered = world.Do(
      "ProvidersService.RegisterProvider", side.owner,
      "kind: PROVIDER_KIND_MICRO_ENTERPRISE ownership: OWNERSHIP_SOLE_TRADER name: 'Green Hands' postcode: 'M33 4GT' "
      "size_fte_tenths: 10 languages: 'en' worker_names: 'Robin' source: 'SYNTHETIC'");
  side.provider_id = registered.Text("provider_id");
  side.worker_id = registered.As<providers::v1::RegisterProviderResponse>().worker_ids(0);
  for (const std::string& paper :
       {absl::StrCat("kind: CREDENTIAL_KIND_INSURANCE reference: 'policy 7' ",
                     TimeText("expires", world.now() + insured_for)),
        std::string("kind: CREDENTIAL_KIND_DBS reference: 'enhanced, seen 2026-01-04' ")}) {
    const Answer recorded =
        world.Do("ProvidersService.RecordCredential", side.owner, absl::StrCat(side.provider(), paper));
    const std::string id = recorded.Text("credential_id");
    if (side.insurance_id.empty()) side.insurance_id = id;
    world.Do("ProvidersService.VerifyCredential", side.practitioner,
             absl::StrCat(side.provider(), "credential_id: '", id, "'"));
  }
  side.listing_id = world
                        .Do("ProvidersService.DraftListing", side.owner,
                            absl::StrCat(side.provider(), TermsText(side),
                                         "price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR } source: 'SYNTHETIC'"))
                        .Text("listing_id");
  side.token = world.Do("ProvidersService.PublishListing", side.owner, side.listing()).token();
  side.budget_id =
      world
          .Do("BudgetsService.OpenBudget", side.practitioner,
              absl::StrCat("person_id: '", side.person.subject,
                           "' funder: FUNDER_COUNCIL lines { line_id: 'support' holding: HOLDING_DIRECT_PAYMENT "
                           "allocation { pence: ",
                           pounds * 100, " } } ", DateText("period_start", world.now()),
                           DateText("period_end", world.now() + absl::Hours(24 * 364)), "source: 'SYNTHETIC'"))
          .Text("budget_id");
  return side;
}

}  // namespace regard::e2e
