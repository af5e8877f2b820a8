// What synthetic providers offer: kinds of support with titles and the prices that are asked for them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::demo {

struct Offer {
  absl::string_view category;
  providers::v1::ListingForm form;
  absl::string_view title;
  absl::string_view description;
  int min_pence;
  int max_pence;
  // How often providers offer it and people want it.
  double weight;
  bool personal_care = false;
};

absl::Span<const Offer> Offers();

// A free activity that a community organisation of such words may give.
struct FreeActivity {
  // In the organisation's name or in what it says that it does, in lower case.
  absl::string_view word;
  absl::string_view category;
  absl::string_view title;
};

absl::Span<const FreeActivity> FreeActivities();

// What synthetic people are called.
absl::Span<const absl::string_view> FirstNames();

}  // namespace regard::demo
