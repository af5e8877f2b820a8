// Real postcodes to put synthetic people and providers at, in proportion to who lives in each small area.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/demo_market/dice.h"

namespace regard::demo {

// Immutable.
class Places {
 public:
  // The texts of postcodes.csv and areas_2021.csv.
  static absl::StatusOr<Places> Of(absl::string_view postcodes_csv, absl::string_view areas_csv);

  // Each area in proportion to its residents, or to those limited a lot in what they do every day.
  const std::string& PickByResidents(Dice& dice) const { return Pick(dice, residents_); }
  const std::string& PickByLimitedALot(Dice& dice) const { return Pick(dice, limited_a_lot_); }
  // Empty for a postcode that is none of these.
  std::string AreaOf(const std::string& postcode) const;

 private:
  const std::string& Pick(Dice& dice, const std::vector<double>& weights) const;

  // By area, in the order of their codes.
  std::vector<std::vector<std::string>> postcodes_;
  std::vector<double> residents_;
  std::vector<double> limited_a_lot_;
  std::map<std::string, std::string> area_of_;
};

}  // namespace regard::demo
