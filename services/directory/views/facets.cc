#include "services/directory/views/facets.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace regard::directory {
namespace {

constexpr int kMinutesPerDay = 24 * 60;

struct Band {
  // Exclusive, pence.
  int64_t below;
  absl::string_view value;
  absl::string_view label;
};
constexpr std::array<Band, 6> kPriceBands = {{{1, "FREE", "free"},
                                              {1000, "UNDER_10", "under £10"},
                                              {1500, "10_TO_15", "£10 to £15"},
                                              {2000, "15_TO_20", "£15 to £20"},
                                              {3000, "20_TO_30", "£20 to £30"},
                                              {INT64_MAX, "FROM_30", "£30 and more"}}};

const Band& BandOf(int64_t pence) {
  return *std::find_if(kPriceBands.begin(), kPriceBands.end() - 1, [&](const Band& band) { return pence < band.below; });
}

// "LISTING_FORM_GROUP_SESSION" is "group session".
std::string LabelOf(absl::string_view name, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(prefix.size())), {{"_", " "}});
}

struct Hours {
  int start_minute;
  int end_minute;
};

bool Overlaps(const providers::v1::WeeklyWindow& window, const Hours& hours) {
  return window.start_minute_of_day() < hours.end_minute && hours.start_minute < window.end_minute_of_day();
}

void AddTimeBands(const v1::Listing& listing, std::vector<FacetValue>& facets) {
  constexpr std::array<std::pair<int, Hours>, 5> kBands = {{{0, {6 * 60, 12 * 60}},
                                                            {1, {12 * 60, 17 * 60}},
                                                            {2, {17 * 60, 22 * 60}},
                                                            {3, {22 * 60, kMinutesPerDay}},
                                                            {3, {0, 6 * 60}}}};
  std::array<bool, v1::TimeBand_ARRAYSIZE> open = {};
  for (const providers::v1::WeeklyWindow& window : listing.windows()) {
    const int first = window.weekday() >= 6 ? v1::TIME_BAND_WEEKEND_MORNING : v1::TIME_BAND_WEEKDAY_MORNING;
    for (const auto& [offset, hours] : kBands) {
      if (Overlaps(window, hours)) open[first + offset] = true;
    }
  }
  for (int band = v1::TIME_BAND_WEEKDAY_MORNING; band < v1::TimeBand_ARRAYSIZE; ++band) {
    if (!open[band]) continue;
    const std::string& name = v1::TimeBand_Name(band);
    facets.push_back({v1::FACET_TIME_BAND, name, LabelOf(name, "TIME_BAND_")});
  }
}

}  // namespace

absl::string_view PriceBandOf(int64_t pence) { return BandOf(pence).value; }

std::vector<FacetValue> FacetsOf(const v1::Listing& listing) {
  std::vector<FacetValue> facets;
  for (const v1::Category& category : listing.categories()) {
    facets.push_back({v1::FACET_CATEGORY, category.curie(), category.label()});
  }
  if (listing.form() != providers::v1::LISTING_FORM_UNSPECIFIED) {
    const std::string& name = providers::v1::ListingForm_Name(listing.form());
    facets.push_back({v1::FACET_FORM, name, LabelOf(name, "LISTING_FORM_")});
  }
  for (const int funding : listing.funding_accepted()) {
    const std::string& name = base::v1::Holding_Name(static_cast<base::v1::Holding>(funding));
    if (!name.empty()) facets.push_back({v1::FACET_FUNDING, name, LabelOf(name, "HOLDING_")});
  }
  for (const std::string& language : listing.languages()) facets.push_back({v1::FACET_LANGUAGE, language, language});
  if (listing.provider_kind() != base::v1::PROVIDER_KIND_UNSPECIFIED) {
    const std::string& name = base::v1::ProviderKind_Name(listing.provider_kind());
    facets.push_back({v1::FACET_PROVIDER_KIND, name, LabelOf(name, "PROVIDER_KIND_")});
  }
  if (listing.has_price()) {
    const Band& band = BandOf(listing.price().amount().pence());
    facets.push_back({v1::FACET_PRICE, std::string(band.value), std::string(band.label)});
  }
  if (!listing.verified_credentials().empty()) {
    facets.push_back({v1::FACET_VERIFIED, std::string(kVerified), "verified"});
  }
  const std::string& standing = v1::Standing_Name(listing.standing());
  facets.push_back({v1::FACET_STANDING, standing, LabelOf(standing, "STANDING_")});
  for (const std::string& access : listing.accessibility()) facets.push_back({v1::FACET_ACCESSIBILITY, access, access});
  AddTimeBands(listing, facets);
  if (listing.meet_first()) facets.push_back({v1::FACET_MEET_FIRST, std::string(kMeetFirst), "meet first for free"});
  // A list may name a thing twice.
  std::vector<FacetValue> unique;
  for (FacetValue& facet : facets) {
    if (std::find(unique.begin(), unique.end(), facet) == unique.end()) unique.push_back(std::move(facet));
  }
  return unique;
}

absl::optional<FacetId> FacetNames::Number(const FacetValue& value) {
  if (const absl::optional<FacetId> found = Find(value.facet, value.value)) return found;
  if (values_.size() >= kMaxFacetValues) return absl::nullopt;
  const FacetId id = static_cast<FacetId>(values_.size());
  values_.push_back(value);
  ids_.emplace(std::make_pair(static_cast<int>(value.facet), value.value), id);
  return id;
}

absl::optional<FacetId> FacetNames::Find(v1::Facet facet, absl::string_view value) const {
  const auto found = ids_.find(std::make_pair(static_cast<int>(facet), std::string(value)));
  if (found == ids_.end()) return absl::nullopt;
  return found->second;
}

}  // namespace regard::directory
