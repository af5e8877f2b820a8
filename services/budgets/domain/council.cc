#include "services/budgets/domain/council.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/rejection.h"
#include "services/budgets/domain/who_may.h"

namespace regard::budgets {

using es::Decision;
using internal::v1::CouncilState;
using v1::CouncilFact;

std::string CouncilStream(absl::string_view tenant) { return absl::StrCat("council/", tenant); }

Decision Decide(const CouncilState& council, const internal::v1::RecordPackageCost& command,
                const es::CommandContext& context) {
  if (auto refused = AgainstRecording(command.tenant(), context)) return Decision::Refused(*std::move(refused));
  const auto& known = council.package_cost_ids();
  if (std::binary_search(known.begin(), known.end(), command.record_id())) return Decision::Nothing();
  if (known.size() >= kMaxPackageCosts) {
    return Decision::Refused({Rejection::Kind::kTooMuch, "TOO_MANY_PACKAGE_COSTS", "", ""});
  }
  CouncilFact fact;
  v1::PackageCostRecorded& recorded = *fact.mutable_package_cost_recorded();
  recorded.set_record_id(command.record_id());
  recorded.set_tenant(command.tenant());
  recorded.set_arrangement(command.arrangement());
  *recorded.mutable_annual_cost() = Pounds(command.annual_cost().pence());
  recorded.set_price_year(command.price_year());
  recorded.set_source(command.source());
  return Decision::Of(CouncilStream(command.tenant()), std::move(fact));
}

void Evolve(CouncilState& council, const CouncilFact& fact, const es::FactContext&) {
  switch (fact.fact_case()) {
    case CouncilFact::kPackageCostRecorded: {
      auto& known = *council.mutable_package_cost_ids();
      const std::string& id = fact.package_cost_recorded().record_id();
      const int slot = static_cast<int>(std::lower_bound(known.begin(), known.end(), id) - known.begin());
      if (slot < known.size() && known[slot] == id) return;
      *known.Add() = id;
      for (int i = known.size() - 1; i > slot; --i) known.SwapElements(i - 1, i);
      return;
    }
    case CouncilFact::FACT_NOT_SET:
      return;
  }
}

}  // namespace regard::budgets
