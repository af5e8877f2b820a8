#include "tools/cli/import/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "libs/geo/postcode.h"
#include "tools/cli/csv.h"
#include "tools/cli/import/councils.h"

namespace regard::cli {
namespace {

// What an entry's name in a source may have: see Fields::Id.
constexpr size_t kMaxSlug = 36;

// Calls `take` for each well-formed row; what it answers is what is wrong with the row, empty for nothing.
template <class Take>
void EachRow(CsvTable& table, std::vector<RowProblem>& problems, Take take) {
  while (table.Next()) {
    std::string problem = table.problem();
    if (problem.empty()) problem = take();
    if (!problem.empty()) problems.push_back({table.line(), std::move(problem)});
  }
}

// "Acre Gate Golf Club" becomes "acre-gate-golf-club", at most kMaxSlug long.
std::string Slug(absl::string_view text) {
  std::string slug;
  for (const unsigned char c : text) {
    if (absl::ascii_isalnum(c)) {
      slug.push_back(absl::ascii_tolower(c));
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  slug.resize(std::min(slug.size(), kMaxSlug));
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

// An entry of a list that gives its entries no numbers: its name, and a digest that tells namesakes apart.
std::string EntryOf(absl::string_view name, absl::string_view postcode) {
  const Uuid digest = Uuid::Derived("register-entry", name, postcode);
  return absl::StrCat(Slug(name), "-", absl::BytesToHexString(digest.bytes().substr(0, 4)));
}

std::string ReadPoint(const CsvTable& row, base::v1::Point& point) {
  double latitude = 0;
  double longitude = 0;
  if (!absl::SimpleAtod(row["lat"], &latitude) || latitude < -90 || latitude > 90) return "lat is no latitude";
  if (!absl::SimpleAtod(row["lon"], &longitude) || longitude < -180 || longitude > 180) return "lon is no longitude";
  point.set_latitude_deg(latitude);
  point.set_longitude_deg(longitude);
  return "";
}

// Empty when it is one; `*postcode` is then as Royal Mail writes it.
std::string ReadPostcode(const CsvTable& row, std::string& postcode) {
  const absl::StatusOr<geo::Postcode> parsed = geo::Postcode::Parse(row["postcode"]);
  if (!parsed.ok()) return absl::StrCat("no postcode: ", row["postcode"]);
  postcode = parsed->text();
  return "";
}

std::string ReadCount(const CsvTable& row, absl::string_view column, int32_t& count) {
  return absl::SimpleAtoi(row[column], &count) && count >= 0 ? "" : absl::StrCat(column, " is no number of people");
}

struct OrganisationKind {
  absl::string_view word;
  base::v1::ProviderKind kind;
};
constexpr OrganisationKind kOrganisationKinds[] = {
    {"charity", base::v1::PROVIDER_KIND_VOLUNTARY_ORGANISATION},
    {"sports_club", base::v1::PROVIDER_KIND_COMMUNITY_GROUP},
    {"mental_health_service", base::v1::PROVIDER_KIND_VOLUNTARY_ORGANISATION},
    {"library", base::v1::PROVIDER_KIND_COMMUNITY_GROUP},
};

base::v1::ProviderKind KindOf(const CsvTable& row) {
  if (row["kind"] == "library" && absl::StartsWith(row["activities"], "Local authority")) {
    return base::v1::PROVIDER_KIND_COUNCIL_SERVICE;
  }
  for (const OrganisationKind& known : kOrganisationKinds) {
    if (known.word == row["kind"]) return known.kind;
  }
  return base::v1::PROVIDER_KIND_UNSPECIFIED;
}

using KnownProviders = ImportPlan<providers::v1::ImportKnownProviderRequest>;

// Adds an entry unless an earlier row was the same one.
std::string AddEntry(int line, providers::v1::ImportKnownProviderRequest request,
                     absl::flat_hash_map<std::string, int>& lines, KnownProviders& plan) {
  const auto [earlier, is_new] = lines.try_emplace(request.source(), line);
  if (!is_new) return absl::StrCat("the same entry as line ", earlier->second);
  plan.items.push_back({line, 1, std::move(request)});
  return "";
}

}  // namespace

absl::StatusOr<ImportPlan<providers::v1::ImportPostcodesRequest>> PlanPostcodes(absl::string_view csv,
                                                                                const std::string& council) {
  CsvTable table;
  const absl::Status opened =
      CsvTable::Open(csv, {"postcode", "ward_code", "ward_name", "lsoa_code", "lon", "lat"}, table);
  if (!opened.ok()) return opened;
  ImportPlan<providers::v1::ImportPostcodesRequest> plan;
  std::map<std::string, ImportPlan<providers::v1::ImportPostcodesRequest>::Item> sectors;
  absl::flat_hash_map<std::string, int> lines;
  EachRow(table, plan.problems, [&]() -> std::string {
    providers::v1::Postcode postcode;
    if (std::string problem = ReadPostcode(table, *postcode.mutable_postcode()); !problem.empty()) return problem;
    if (std::string problem = ReadPoint(table, *postcode.mutable_point()); !problem.empty()) return problem;
    if (table["lsoa_code"].empty()) return "lsoa_code is empty";
    const auto [earlier, is_new] = lines.try_emplace(postcode.postcode(), table.line());
    if (!is_new) return absl::StrCat("the same postcode as line ", earlier->second);
    postcode.set_ward_code(table["ward_code"]);
    postcode.set_ward_name(table["ward_name"]);
    postcode.set_area_code(table["lsoa_code"]);
    const std::string sector = postcode.postcode().substr(0, postcode.postcode().size() - 2);
    auto [item, is_first] = sectors.try_emplace(sector);
    if (is_first) {
      item->second.line = table.line();
      item->second.request.set_tenant(council);
      item->second.request.set_sector(sector);
    }
    ++item->second.rows;
    *item->second.request.add_postcodes() = std::move(postcode);
    return "";
  });
  for (auto& [sector, item] : sectors) plan.items.push_back(std::move(item));
  return plan;
}

absl::StatusOr<ImportPlan<providers::v1::ImportAreasRequest>> PlanAreas(absl::string_view csv,
                                                                        const std::string& council) {
  CsvTable table;
  const absl::Status opened =
      CsvTable::Open(csv, {"lsoa_code", "lsoa_name", "residents", "limited_a_lot", "limited_a_little"}, table);
  if (!opened.ok()) return opened;
  ImportPlan<providers::v1::ImportAreasRequest> plan;
  ImportPlan<providers::v1::ImportAreasRequest>::Item item;
  item.request.set_tenant(council);
  absl::flat_hash_map<std::string, int> lines;
  EachRow(table, plan.problems, [&]() -> std::string {
    if (table["lsoa_code"].empty()) return "lsoa_code is empty";
    int32_t residents = 0;
    int32_t a_lot = 0;
    int32_t a_little = 0;
    if (std::string problem = ReadCount(table, "residents", residents); !problem.empty()) return problem;
    if (std::string problem = ReadCount(table, "limited_a_lot", a_lot); !problem.empty()) return problem;
    if (std::string problem = ReadCount(table, "limited_a_little", a_little); !problem.empty()) return problem;
    if (a_lot > residents || a_little > residents - a_lot) return "more people limited than residents";
    const auto [earlier, is_new] = lines.try_emplace(table["lsoa_code"], table.line());
    if (!is_new) return absl::StrCat("the same area as line ", earlier->second);
    if (item.rows == 0) item.line = table.line();
    ++item.rows;
    providers::v1::Area& area = *item.request.add_areas();
    area.set_area_code(table["lsoa_code"]);
    area.set_name(table["lsoa_name"]);
    area.set_residents(residents);
    area.set_limited_a_lot(a_lot);
    area.set_limited_a_little(a_little);
    return "";
  });
  if (item.rows > 0) plan.items.push_back(std::move(item));
  return plan;
}

absl::StatusOr<KnownProviders> PlanOrganisations(absl::string_view csv, const std::string& council) {
  CsvTable table;
  const absl::Status opened =
      CsvTable::Open(csv, {"kind", "charity_number", "name", "activities", "postcode"}, table);
  if (!opened.ok()) return opened;
  KnownProviders plan;
  absl::flat_hash_map<std::string, int> lines;
  EachRow(table, plan.problems, [&]() -> std::string {
    providers::v1::ImportKnownProviderRequest request;
    if (table["name"].empty()) return "name is empty";
    if (std::string problem = ReadPostcode(table, *request.mutable_postcode()); !problem.empty()) return problem;
    request.set_tenant(council);
    request.set_kind(KindOf(table));
    if (request.kind() == base::v1::PROVIDER_KIND_UNSPECIFIED) return absl::StrCat("unknown kind: ", table["kind"]);
    request.set_name(table["name"]);
    request.set_activities(table["activities"]);
    request.set_source(table["charity_number"].empty()
                           ? absl::StrCat("council-list:", EntryOf(table["name"], request.postcode()))
                           : absl::StrCat("charity-commission:", table["charity_number"]));
    return AddEntry(table.line(), std::move(request), lines, plan);
  });
  return plan;
}

absl::StatusOr<KnownProviders> PlanCareHomes(absl::string_view csv, const std::string& council) {
  CsvTable table;
  const absl::Status opened = CsvTable::Open(csv, {"name", "cqc_location_id", "type", "provider", "postcode"}, table);
  if (!opened.ok()) return opened;
  KnownProviders plan;
  absl::flat_hash_map<std::string, int> lines;
  EachRow(table, plan.problems, [&]() -> std::string {
    providers::v1::ImportKnownProviderRequest request;
    if (table["name"].empty()) return "name is empty";
    if (!absl::StartsWith(table["cqc_location_id"], "1-")) return "cqc_location_id is none";
    if (std::string problem = ReadPostcode(table, *request.mutable_postcode()); !problem.empty()) return problem;
    request.set_tenant(council);
    request.set_kind(base::v1::PROVIDER_KIND_CARE_HOME);
    request.set_name(table["name"]);
    request.set_operator_name(table["provider"]);
    request.set_source(absl::StrCat("cqc:", table["cqc_location_id"]));
    for (const absl::string_view type : absl::StrSplit(table["type"], '|', absl::SkipWhitespace())) {
      request.add_register_types(std::string(absl::StripAsciiWhitespace(type)));
    }
    return AddEntry(table.line(), std::move(request), lines, plan);
  });
  return plan;
}

absl::StatusOr<ImportPlan<budgets::v1::RecordPackageCostRequest>> PlanCosts(absl::string_view csv, int price_year,
                                                                            const std::string& source) {
  CsvTable table;
  const absl::Status opened = CsvTable::Open(csv, {"authority", "arrangement", "annual_cost_gbp"}, table);
  if (!opened.ok()) return opened;
  ImportPlan<budgets::v1::RecordPackageCostRequest> plan;
  // A figure that a council has twice is two packages: the second has its own number.
  std::map<std::string, int> seen;
  EachRow(table, plan.problems, [&]() -> std::string {
    const absl::optional<std::string> council = CouncilCode(table["authority"]);
    if (!council.has_value()) return absl::StrCat("unknown council: ", table["authority"]);
    const std::string& word = table["arrangement"];
    if (word != "traditional" && word != "personal_budget") return absl::StrCat("unknown arrangement: ", word);
    const absl::optional<int64_t> pence = ParsePounds(table["annual_cost_gbp"]);
    if (!pence.has_value() || *pence <= 0 || *pence > kMaxAmountPence) {
      return absl::StrCat("no amount of pounds: ", table["annual_cost_gbp"]);
    }
    budgets::v1::RecordPackageCostRequest request;
    request.set_tenant(*council);
    request.set_arrangement(word == "traditional" ? budgets::v1::ARRANGEMENT_TRADITIONAL
                                                  : budgets::v1::ARRANGEMENT_PERSONAL_BUDGET);
    *request.mutable_annual_cost() = Pounds(*pence);
    request.set_price_year(price_year);
    request.set_source(source);
    const std::string figure = absl::StrCat(Slug(source), ":", Slug(word), ":", *pence);
    request.set_record_id(absl::StrCat(figure, ":", ++seen[absl::StrCat(*council, " ", figure)]));
    plan.items.push_back({table.line(), 1, std::move(request)});
    return "";
  });
  return plan;
}

}  // namespace regard::cli
