#include "tools/demo_market/places.h"

#include "absl/strings/numbers.h"
#include "tools/cli/csv.h"

namespace regard::demo {

absl::StatusOr<Places> Places::Of(absl::string_view postcodes_csv, absl::string_view areas_csv) {
  Places places;
  std::map<std::string, std::vector<std::string>> by_area;
  cli::CsvTable table;
  if (const auto opened = cli::CsvTable::Open(postcodes_csv, {"postcode", "lsoa_code"}, table); !opened.ok()) return opened;
  while (table.Next()) {
    if (!table.problem().empty()) continue;
    by_area[table["lsoa_code"]].push_back(table["postcode"]);
    places.area_of_[table["postcode"]] = table["lsoa_code"];
  }
  std::map<std::string, std::pair<double, double>> people;
  if (const auto opened = cli::CsvTable::Open(areas_csv, {"lsoa_code", "residents", "limited_a_lot"}, table); !opened.ok()) {
    return opened;
  }
  while (table.Next()) {
    if (!table.problem().empty()) continue;
    auto& [residents, limited_a_lot] = people[table["lsoa_code"]];
    if (!absl::SimpleAtod(table["residents"], &residents)) residents = 0;
    if (!absl::SimpleAtod(table["limited_a_lot"], &limited_a_lot)) limited_a_lot = 0;
  }
  double everybody = 0;
  for (auto& [area, postcodes] : by_area) {
    const auto known = people.find(area);
    if (known == people.end()) continue;
    places.postcodes_.push_back(std::move(postcodes));
    places.residents_.push_back(known->second.first);
    places.limited_a_lot_.push_back(known->second.second);
    everybody += known->second.second;
  }
  if (everybody <= 0) return absl::InvalidArgumentError("no area has both postcodes and residents");
  return places;
}

const std::string& Places::Pick(Dice& dice, const std::vector<double>& weights) const {
  return dice.Pick(postcodes_[dice.Weighted(weights)]);
}

std::string Places::AreaOf(const std::string& postcode) const {
  const auto found = area_of_.find(postcode);
  return found == area_of_.end() ? "" : found->second;
}

}  // namespace regard::demo
