#include "tools/cli/show_market.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/money.h"
#include "tools/cli/import/councils.h"
#include "tools/cli/names.h"
#include "tools/cli/options.h"
#include "tools/cli/output.h"

namespace regard::cli {
namespace {

constexpr int kMaxReplacements = 5;
constexpr int kMaxUnmetRows = 8;
constexpr char kHidden[] = "few";

std::string Label(absl::string_view curie) {
  return curie.empty() ? "everything" : ShowCategory(curie);
}

std::string Show(const market::v1::Count& count) {
  return count.has_value() ? absl::StrCat(count.value()) : count.suppressed() ? kHidden : "";
}

std::string Decimal(bool has, double value, int digits = 1) {
  return has ? absl::StrFormat("%.*f", digits, value) : "";
}
std::string Percent(bool has, double share) { return has ? absl::StrFormat("%.0f%%", share * 100) : ""; }

std::string WholePounds(bool has, const base::v1::Money& money) {
  if (!has) return "";
  std::string text = FormatPence((money.pence() + 50) / 100 * 100);
  return text.substr(0, text.size() - 3);
}

std::string ShowWindow(const market::v1::Window& window) {
  return absl::StrCat(ShowDate(window.first()), " to ", ShowDate(window.last()));
}

void ShowSupply(const market::v1::GetShapeResponse& shape, std::ostream& out) {
  out << "\nSupply by kind\n";
  Table supply({"kind", ">here", ">known, unclaimed", ">closed"});
  for (const auto& kind : shape.supply()) {
    supply.Row({Word(kind.kind()), absl::StrCat(kind.here()), absl::StrCat(kind.known()), absl::StrCat(kind.closed())});
  }
  supply.Print(out, 2);
}

void ShowFreeHours(const market::v1::GetShapeResponse& shape, std::ostream& out) {
  out << "\nFree hours a week by category and time band, per 100 residents whose day is limited a lot by disability ("
      << shape.residents_limited_a_lot() << " of " << shape.residents() << ")\n";
  // Bands become columns.
  constexpr absl::string_view kBands[] = {"WEEKDAY_MORNING", "WEEKDAY_AFTERNOON", "WEEKDAY_EVENING", "WEEKDAY_NIGHT",
                                          "WEEKEND_MORNING", "WEEKEND_AFTERNOON", "WEEKEND_EVENING", "WEEKEND_NIGHT"};
  Table table({"category", ">weekday am", ">pm", ">evening", ">night", ">weekend am", ">pm", ">evening", ">night", ">all",
               ">hours"});
  std::vector<std::string> categories;
  for (const auto& hours : shape.free_hours()) {
    if (std::find(categories.begin(), categories.end(), hours.category()) == categories.end()) {
      categories.push_back(hours.category());
    }
  }
  for (const std::string& category : categories) {
    std::vector<std::string> cells(11, "0");
    cells[0] = Label(category);
    for (const auto& hours : shape.free_hours()) {
      if (hours.category() != category) continue;
      const std::string figure =
          Decimal(hours.has_per_100_limited_a_lot(), hours.per_100_limited_a_lot(), 2);
      if (hours.time_band().empty()) {
        cells[9] = figure;
        cells[10] = absl::StrFormat("%.0f", hours.hours_a_week());
      }
      for (size_t i = 0; i < std::size(kBands); ++i) {
        if (hours.time_band() == kBands[i]) cells[1 + i] = figure;
      }
    }
    table.Row(std::move(cells));
  }
  table.Print(out, 2);
  out << "\nWorst areas: fewest free hours a week within reach, per 100 such residents\n";
  Table areas({"area", "code", ">limited a lot", ">hours", ">per 100"});
  for (const auto& area : shape.worst_areas()) {
    areas.Row({area.area_name(), area.area_code(), absl::StrCat(area.residents_limited_a_lot()),
               absl::StrFormat("%.1f", area.hours_a_week()), absl::StrFormat("%.2f", area.per_100_limited_a_lot())});
  }
  areas.Print(out, 2);
}

std::string Outcome(absl::string_view code) {
  if (code == "DECLINED") return "asked for and declined";
  if (code == "EXPIRED") return "asked for and never answered";
  return code == "SAID" ? "looked for and not found" : Said(code);
}

void ShowUnmet(const market::v1::UnmetNeed& unmet, std::ostream& out) {
  out << "\nRequests that nobody met: " << Show(unmet.requests()) << '\n';
  const auto print = [&](absl::string_view title, const auto& counts, const auto& label) {
    Table table({title, ">requests"});
    int left = counts.size();
    for (const auto& count : counts) {
      if (table.size() == kMaxUnmetRows) break;
      table.Row({label(count), Show(count.requests())});
      --left;
    }
    if (table.empty()) return;
    table.Print(out, 2);
    if (left > 0) out << "  and " << left << " more\n";
  };
  using Unmet = market::v1::UnmetCount;
  print("how", unmet.by_outcome(), [](const Unmet& count) { return Outcome(count.key()); });
  print("category", unmet.by_category(), [](const Unmet& count) { return Label(count.key()); });
  print("area", unmet.by_area(), [](const Unmet& count) { return count.name().empty() ? count.key() : count.name(); });
  print("when", unmet.by_time_band(),
        [](const Unmet& count) { return count.key().empty() ? "any time" : Said(count.key()); });
}

void ShowUse(const market::v1::GetShapeResponse& shape, std::ostream& out) {
  out << "\nPrices of published listings\n";
  Table prices({"category", "unit", ">listings", ">lower quartile", ">median", ">upper quartile"});
  for (const auto& price : shape.prices()) {
    prices.Row({Label(price.category()), Word(price.unit()), absl::StrCat(price.listings()),
                FormatPence(price.lower().pence()), FormatPence(price.median().pence()),
                FormatPence(price.upper().pence())});
  }
  prices.Print(out, 2);
  out << "\nUse and concentration (HHI of booked hours: near 0 is many providers, 10,000 is one; short visits lasted less\n"
         "than nine tenths of what was booked; by time: confirmed by nobody's word, because a day had passed)\n";
  Table use({"category", ">booked hours a week", ">capacity used", ">providers", ">largest", ">HHI", ">short visits",
             ">by time"});
  for (const auto& row : shape.use()) {
    if (row.suppressed()) {
      use.Row({Label(row.category()), kHidden});
      continue;
    }
    use.Row({Label(row.category()), Decimal(row.has_booked_hours_a_week(), row.booked_hours_a_week()),
             Percent(row.has_capacity_used(), row.capacity_used()), absl::StrCat(row.providers()),
             Percent(row.has_largest_share(), row.largest_share()), Decimal(row.has_hhi(), row.hhi(), 0),
             Percent(row.has_short_visit_rate(), row.short_visit_rate()),
             Percent(row.has_confirmed_by_time_share(), row.confirmed_by_time_share())});
  }
  use.Print(out, 2);
  out << "\nShare of what the council wants more of\n";
  Table shares({"kind", ">providers", ">of providers", ">of booked hours"});
  for (const auto& share : shape.shares()) {
    shares.Row({Said(share.kind()), absl::StrCat(share.providers()), Percent(share.has_of_providers(), share.of_providers()),
                share.suppressed() ? kHidden : Percent(share.has_of_hours(), share.of_hours())});
  }
  shares.Print(out, 2);
}

std::vector<std::string> CostCells(const market::v1::ArrangementCosts& costs) {
  return {Show(costs.n()), WholePounds(costs.has_mean(), costs.mean()), WholePounds(costs.has_median(), costs.median())};
}

}  // namespace

void ShowShape(const market::v1::GetShapeResponse& shape, std::ostream& out) {
  out << CouncilName(shape.tenant()) << ", " << ShowWindow(shape.window()) << "; counts below "
      << shape.suppressed_below() << " people are not shown (\"" << kHidden << "\")\n";
  ShowSupply(shape, out);
  ShowFreeHours(shape, out);
  ShowUnmet(shape.unmet(), out);
  ShowUse(shape, out);
}

void ShowExit(const market::v1::GetProviderExitResponse& exit, std::ostream& out) {
  out << exit.provider_name() << " (" << Word(exit.provider_kind()) << ", " << exit.provider_id() << ")\n"
      << "people affected " << Show(exit.people()) << ", hours a week "
      << Decimal(exit.has_hours_a_week(), exit.hours_a_week()) << ", with a replacement that has free capacity within "
      << absl::StrFormat("%.0f km", exit.within_m() / 1000.0) << ' ' << Show(exit.people_with_replacement())
      << ", with none " << Show(exit.people_with_none()) << '\n';
  Table categories({"category", ">people", ">hours a week", ">replacements"});
  for (const auto& category : exit.categories()) {
    categories.Row({Label(category.category()), Show(category.people()),
                    Decimal(category.has_hours_a_week(), category.hours_a_week()),
                    absl::StrCat(category.replacements())});
  }
  categories.Print(out, 2);
  Table replacements({"nearest replacements", "for", ">free hours a week", ">away"});
  for (int i = 0; i < std::min(kMaxReplacements, exit.replacements_size()); ++i) {
    const auto& replacement = exit.replacements(i);
    replacements.Row({Shortened(replacement.provider_name(), 36), Label(replacement.category()),
                      absl::StrFormat("%.1f", replacement.free_hours_a_week()),
                      replacement.has_distance_m() ? absl::StrCat(replacement.distance_m(), " m") : ""});
  }
  if (!replacements.empty()) replacements.Print(out, 2);
  Table none({"who has none", "area", ">hours a week", "of what"});
  for (const auto& person : exit.affected()) {
    if (person.has_replacement()) continue;
    std::vector<std::string> of_what;
    for (const auto& category : person.categories()) {
      if (category.replacement_provider_ids().empty()) of_what.push_back(Label(category.category()));
    }
    none.Row({person.person_id(), person.area_code(), absl::StrFormat("%.1f", person.hours_a_week()),
              absl::StrJoin(of_what, ", ")});
  }
  if (!none.empty()) none.Print(out, 2);
  for (const std::string& note : exit.notes()) out << "  " << note << '\n';
}

void ShowCosts(const market::v1::GetCostsResponse& costs, std::ostream& out) {
  for (const auto& year : costs.years()) {
    out << "Pounds a year, prices of " << year.price_year() << '\n';
    Table table({"council", ">traditional n", ">mean", ">median", ">personal budget n", ">mean", ">median"});
    const auto row = [&](const std::string& name, const auto& of) {
      std::vector<std::string> cells{name};
      for (std::string& cell : CostCells(of.traditional())) cells.push_back(std::move(cell));
      for (std::string& cell : CostCells(of.personal_budget())) cells.push_back(std::move(cell));
      table.Row(std::move(cells));
    };
    for (const auto& council : year.councils()) row(CouncilName(council.tenant()), council);
    row("all", year);
    table.Print(out, 2);
    if (year.has_traditional_mix_standardised()) {
      out << "  traditional, if its councils had the mix of the personal budgets (" << year.standardised_over()
          << "): " << WholePounds(true, year.traditional_mix_standardised()) << '\n';
    }
    for (const std::string& note : year.notes()) out << "  " << note << '\n';
  }
}

}  // namespace regard::cli
