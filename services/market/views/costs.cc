#include "services/market/views/costs.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "regard/market/internal/v1/rows.pb.h"
#include "services/market/views/figures.h"
#include "services/market/views/keys.h"
#include "services/market/views/rules.h"
#include "services/market/views/suppression.h"

namespace regard::market {
namespace {

using budgets::v1::Arrangement;
using internal::v1::CostRow;

// One arrangement in one council.
struct Cell {
  std::vector<int64_t> pence;
  // Each row is one person.
  People people;
  bool published_only = true;
};

struct Council {
  Cell traditional;
  Cell personal_budget;
};

// By council.
using Year = std::map<std::string, Council>;

void Fill(Arrangement arrangement, const std::vector<int64_t>& pence, bool suppressed, v1::ArrangementCosts& out) {
  out.set_arrangement(arrangement);
  out.mutable_n()->set_suppressed(suppressed);
  if (suppressed) return;
  out.mutable_n()->set_value(static_cast<int64_t>(pence.size()));
  if (const auto mean = MeanPence(pence)) *out.mutable_mean() = Pounds(*mean);
  if (const auto median = MedianPence(pence)) *out.mutable_median() = Pounds(*median);
}

// Councils' figures and the total of one arrangement, with what small numbers need left out.
void FillColumn(const Year& year, Arrangement arrangement, Cell Council::*cell,
                v1::ArrangementCosts* (v1::CouncilCosts::*council_field)(), int below, v1::YearCosts& out,
                v1::ArrangementCosts& total) {
  std::vector<People> people;
  std::vector<bool> published;
  std::vector<int64_t> all;
  for (const auto& [tenant, council] : year) {
    const Cell& of = council.*cell;
    people.push_back(of.people);
    published.push_back(of.published_only);
    all.insert(all.end(), of.pence.begin(), of.pence.end());
  }
  const Suppressed suppressed = Suppress(people, below, published);
  int index = 0;
  for (const auto& [tenant, council] : year) {
    Fill(arrangement, (council.*cell).pence, suppressed.cells[index], *(out.mutable_councils(index)->*council_field)());
    ++index;
  }
  Fill(arrangement, all, suppressed.total, total);
}

// Traditional means, weighted by how many personal budgets each council has. Only of councils whose figures are shown,
// so that it says nothing that they do not.
void Standardise(const Year& year, v1::YearCosts& out) {
  std::vector<MixGroup> groups;
  int64_t over = 0;
  int index = 0;
  for (const auto& [tenant, council] : year) {
    const v1::CouncilCosts& shown = out.councils(index++);
    if (council.traditional.pence.empty() || council.personal_budget.pence.empty()) continue;
    if (shown.traditional().n().suppressed() || shown.personal_budget().n().suppressed()) continue;
    double sum = 0;
    for (const int64_t pence : council.traditional.pence) sum += static_cast<double>(pence);
    const int64_t weight = static_cast<int64_t>(council.personal_budget.pence.size());
    groups.push_back({sum / static_cast<double>(council.traditional.pence.size()), weight});
    over += weight;
  }
  const auto mean = WeightedMeanPence(groups);
  if (!mean.has_value()) return;
  *out.mutable_traditional_mix_standardised() = Pounds(*mean);
  out.set_standardised_over(over);
}

v1::YearCosts CostsOfYear(int price_year, const Year& year, int below) {
  v1::YearCosts out;
  out.set_price_year(price_year);
  for (const auto& [tenant, council] : year) out.add_councils()->set_tenant(tenant);
  FillColumn(year, budgets::v1::ARRANGEMENT_TRADITIONAL, &Council::traditional, &v1::CouncilCosts::mutable_traditional,
             below, out, *out.mutable_traditional());
  FillColumn(year, budgets::v1::ARRANGEMENT_PERSONAL_BUDGET, &Council::personal_budget,
             &v1::CouncilCosts::mutable_personal_budget, below, out, *out.mutable_personal_budget());
  Standardise(year, out);

  out.add_notes("These are different people: the difference between the arrangements is not a saving.");
  out.add_notes(absl::StrCat("Amounts are pounds a year in the prices of ", price_year, "."));
  out.add_notes(
      "Councils differ and have different shares of each arrangement; the standardised mean gives traditional packages "
      "the personal budgets' mix of councils. Means are pulled up by a few large packages: read the medians too.");
  return out;
}

}  // namespace

absl::StatusOr<v1::GetCostsResponse> CostsOf(const es::ViewReader& reader, const CostsQuestion& question) {
  std::map<int, Year> years;
  const std::string prefix = question.tenant.empty() ? kCosts : absl::StrCat(kCosts, question.tenant, "/");
  const absl::Status scanned = reader.Scan<CostRow>(prefix, "", [&](absl::string_view key, const CostRow& row) {
    const bool published = IsPublishedResearch(row.source());
    const bool visible = published || question.visible_tenant.empty() || row.tenant() == question.visible_tenant;
    const bool asked = (question.price_year == 0 || row.price_year() == question.price_year) &&
                       (question.include_synthetic || !IsSynthetic(row.source()));
    if (!visible || !asked) return true;
    Council& council = years[row.price_year()][row.tenant()];
    const bool traditional = row.arrangement() == budgets::v1::ARRANGEMENT_TRADITIONAL;
    Cell& cell = traditional ? council.traditional : council.personal_budget;
    cell.pence.push_back(row.annual_pence());
    cell.people.insert(std::string(key));
    cell.published_only &= published;
    return true;
  });
  if (!scanned.ok()) return scanned;
  v1::GetCostsResponse response;
  response.set_suppressed_below(question.suppress_below);
  for (const auto& [price_year, year] : years) {
    *response.add_years() = CostsOfYear(price_year, year, question.suppress_below);
  }
  return response;
}

}  // namespace regard::market
