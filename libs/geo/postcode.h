// Postcodes of the United Kingdom: one way to write each, and the areas they are part of.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regard::geo {

// "M33 4GT" is the unit GT of sector "M33 4" of the outcode (district) "M33". Well-formed, not necessarily in use.
class Postcode {
 public:
  // Any case, with or without the blank: "m334gt" is "M33 4GT". INVALID_ARGUMENT for what is not written like one.
  static absl::StatusOr<Postcode> Parse(absl::string_view text);

  // As Royal Mail writes it, with one blank.
  const std::string& text() const { return text_; }
  // Views into this object.
  absl::string_view outcode() const { return absl::string_view(text_).substr(0, text_.size() - 4); }
  absl::string_view sector() const { return absl::string_view(text_).substr(0, text_.size() - 2); }
  absl::string_view unit() const { return absl::string_view(text_).substr(text_.size() - 2); }

  friend bool operator==(const Postcode&, const Postcode&) = default;
  friend auto operator<=>(const Postcode&, const Postcode&) = default;

 private:
  explicit Postcode(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

// What a person may type to say where: "M33 4GT", "m33 4" or "M33", as written by Royal Mail. INVALID_ARGUMENT for
// anything else.
absl::StatusOr<std::string> NormaliseArea(absl::string_view text);

}  // namespace regard::geo
