#include "services/market/api/market_api.h"

#include <string>

#include "absl/status/statusor.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/fields/fields.h"
#include "services/market/views/costs.h"
#include "services/market/views/evidence.h"
#include "services/market/views/exit.h"
#include "services/market/views/shape.h"

namespace regard::market {
namespace {

constexpr int kDefaultWorstAreas = 5;
constexpr int kMaxWorstAreas = 50;
constexpr int kMaxWithinM = 50000;
constexpr int kMinPriceYear = 1990;
constexpr int kMaxPriceYear = 2100;

bool SeesEveryCouncil(const auth::Identity& caller) { return caller.role == options::v1::ROLE_OPERATOR; }

// The council that is asked about: the caller's own where none is named. A council that the caller does not work for is
// as if it were not there.
absl::StatusOr<std::string> CouncilFor(const auth::Identity& caller, const std::string& asked) {
  const std::string tenant = asked.empty() ? caller.tenant : asked;
  const absl::Status checked = Fields().Council("tenant", tenant).status();
  if (!checked.ok()) return checked;
  if (!SeesEveryCouncil(caller) && tenant != caller.tenant) return ToStatus(NotFound("COUNCIL_NOT_FOUND"));
  return tenant;
}

absl::StatusOr<DayWindow> WindowOf(bool asked, const v1::Window& window, absl::Time now) {
  const absl::CivilDay today = LondonDay(now);
  if (!asked) return DayWindow{today - kDefaultWindowDays, today - 1};
  Fields fields;
  fields.That("window.first", IsValid(window.first()), "NOT_A_DAY");
  fields.That("window.last", IsValid(window.last()), "NOT_A_DAY");
  if (!fields.ok()) return fields.status();
  const DayWindow days{FromProto(window.first()), FromProto(window.last())};
  fields.Number("window", days.last - days.first + 1, kMinWindowDays, kMaxWindowDays);
  if (!fields.ok()) return fields.status();
  return days;
}

}  // namespace

absl::Status MarketApi::Answer(const auth::Identity& caller, const v1::GetShapeRequest& request,
                               v1::GetShapeResponse& response) const {
  const absl::StatusOr<std::string> tenant = CouncilFor(caller, request.tenant());
  if (!tenant.ok()) return tenant.status();
  const absl::StatusOr<DayWindow> window = WindowOf(request.has_window(), request.window(), clock_.Now());
  if (!window.ok()) return window.status();
  const absl::Status checked = Fields().Number("worst_areas", request.worst_areas(), 0, kMaxWorstAreas).status();
  if (!checked.ok()) return checked;
  const absl::StatusOr<Evidence> evidence = ReadEvidence(reader_, *tenant, *window, false);
  if (!evidence.ok()) return evidence.status();
  response = ShapeOf(*evidence, {request.worst_areas() == 0 ? kDefaultWorstAreas : request.worst_areas(),
                                 suppress_below_});
  return absl::OkStatus();
}

absl::Status MarketApi::Answer(const auth::Identity& caller, const v1::GetProviderExitRequest& request,
                               v1::GetProviderExitResponse& response) const {
  const absl::StatusOr<std::string> tenant = CouncilFor(caller, request.tenant());
  if (!tenant.ok()) return tenant.status();
  const absl::StatusOr<DayWindow> window = WindowOf(request.has_window(), request.window(), clock_.Now());
  if (!window.ok()) return window.status();
  const absl::Status checked = Fields()
                                   .OptionalId("provider_id", request.provider_id())
                                   .Number("within_m", request.within_m(), 0, kMaxWithinM)
                                   .status();
  if (!checked.ok()) return checked;
  const absl::StatusOr<Evidence> evidence = ReadEvidence(reader_, *tenant, *window, true);
  if (!evidence.ok()) return evidence.status();
  ExitQuestion question;
  question.provider_id = request.provider_id();
  question.within_m = request.within_m() == 0 ? kReachM : request.within_m();
  question.suppress_below = suppress_below_;
  question.with_people = caller.role == options::v1::ROLE_PRACTITIONER;
  absl::optional<v1::GetProviderExitResponse> answer = ExitOf(*evidence, question);
  if (!answer.has_value()) return ToStatus(NotFound("PROVIDER_NOT_FOUND"));
  response.Swap(&*answer);
  return absl::OkStatus();
}

absl::Status MarketApi::Answer(const auth::Identity& caller, const v1::GetCostsRequest& request,
                               v1::GetCostsResponse& response) const {
  Fields fields;
  if (!request.tenant().empty()) fields.Council("tenant", request.tenant());
  if (request.price_year() != 0) fields.Number("price_year", request.price_year(), kMinPriceYear, kMaxPriceYear);
  if (!fields.ok()) return fields.status();
  CostsQuestion question;
  question.tenant = request.tenant();
  question.visible_tenant = SeesEveryCouncil(caller) ? "" : caller.tenant;
  question.price_year = request.price_year();
  question.include_synthetic = request.include_synthetic();
  question.suppress_below = suppress_below_;
  absl::StatusOr<v1::GetCostsResponse> answer = CostsOf(reader_, question);
  if (!answer.ok()) return answer.status();
  // Another council that published nothing is as if it were not there.
  const bool other = !SeesEveryCouncil(caller) && !request.tenant().empty() && request.tenant() != caller.tenant;
  if (other && answer->years().empty()) return ToStatus(NotFound("COUNCIL_NOT_FOUND"));
  response.Swap(&*answer);
  return absl::OkStatus();
}

}  // namespace regard::market
