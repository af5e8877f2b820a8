#include "services/feedback/views/relations_view.h"

#include "absl/strings/str_cat.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::feedback {
namespace {

std::string BookingKey(absl::string_view booking_id) { return absl::StrCat("b/", booking_id); }
std::string OwnerKey(absl::string_view provider_id) { return absl::StrCat("v/", provider_id); }

}  // namespace

absl::Status RelationsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view kind = es::KindOf(event.logged.stream());
  const absl::string_view id = es::IdOf(event.logged.stream());
  if (kind == "booking") {
    const auto& fact = event.As<bookings::v1::BookingFact>();
    if (!fact.has_requested()) return absl::OkStatus();
    auto& row = rows.Mutable<internal::v1::BookingRow>(BookingKey(id));
    row.set_person_id(fact.requested().person_id());
    row.set_provider_id(fact.requested().provider_id());
    row.set_tenant(fact.requested().tenant());
  }
  if (kind == "provider") {
    const auto& fact = event.As<providers::v1::ProviderFact>();
    if (fact.has_registered()) {
      rows.Mutable<internal::v1::OwnerRow>(OwnerKey(id)).set_owner_id(fact.registered().owner_id());
    }
    if (fact.has_claimed()) {
      rows.Mutable<internal::v1::OwnerRow>(OwnerKey(id)).set_owner_id(fact.claimed().owner_id());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<Relation>> RelationOf(const es::ViewReader& rows, absl::string_view booking_id) {
  const auto booking = rows.Get<internal::v1::BookingRow>(BookingKey(booking_id));
  if (!booking.ok()) return booking.status();
  if (!booking->has_value()) return absl::optional<Relation>();
  const auto owner = rows.Get<internal::v1::OwnerRow>(OwnerKey((*booking)->provider_id()));
  if (!owner.ok()) return owner.status();
  if (!owner->has_value()) return absl::optional<Relation>();
  return absl::make_optional(Relation{(*booking)->person_id(), (*booking)->provider_id(), (*owner)->owner_id(),
                                      (*booking)->tenant()});
}

}  // namespace regard::feedback
