// A synthetic market for measuring search: listings and organisations around made-up towns, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "libs/geo/point.h"
#include "regard/directory/v1/directory_service.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::bench {

struct ProviderHistory {
  std::string provider_id;
  std::vector<providers::v1::ProviderFact> facts;
};

class Market {
 public:
  explicit Market(uint64_t seed);

  // One fact per postcode sector.
  const std::vector<providers::v1::PlaceFact>& places() const { return places_; }
  // Providers with one to four listings each, and some organisations that are only known, until there are so many
  // documents to be found.
  std::vector<ProviderHistory> MakeProviders(int documents);
  // What people ask for: a place, how far, one or two words, a price, a form, how it is paid for.
  std::vector<directory::v1::SearchRequest> MakeSearches(int count);

 private:
  size_t Pick(size_t n) { return random_() % n; }
  template <class Values>
  const auto& AnyOf(const Values& values) {
    return values[Pick(std::size(values))];
  }
  double Unit() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }
  void MakePlaces();
  std::string Text(int words);
  providers::v1::ListingTerms Terms();
  ProviderHistory Organisation(const std::string& id);
  ProviderHistory Provider(const std::string& id, int listings);

  std::mt19937_64 random_;
  std::vector<providers::v1::PlaceFact> places_;
  struct Spot {
    std::string postcode;
    std::string sector;
    geo::Point point;
  };
  std::vector<Spot> spots_;
  std::vector<std::string> vocabulary_;
};

}  // namespace regard::bench
