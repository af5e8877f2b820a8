#include "services/bookings/domain/need.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/bookings/domain/party.h"

namespace regard::bookings {

std::string NeedStream(absl::string_view need_id) { return absl::StrCat("need/", need_id); }

es::Decision NoteUnmetNeed(const internal::v1::NeedState& need, const internal::v1::BookingsCommand& command,
                           const es::CommandContext& context) {
  const internal::v1::NoteUnmetNeed& note = command.note_unmet_need();
  const absl::string_view council = CouncilOfPerson(command.standing(), context.actor);
  const Party party = PartyTo(note.person_id(), council, command.standing(), context.actor);
  const bool may = party == Party::kCouncil ||
                   IsPersonsSide(party, command.standing(), budgets::v1::SCOPE_BOOK, council) ||
                   IsPersonsSide(party, command.standing(), budgets::v1::SCOPE_PLAN, council);
  if (!may) return es::Decision::Refused(NotFound("PERSON_NOT_FOUND"));
  if (!need.need_id().empty()) return es::Decision::Nothing();
  v1::NeedFact fact;
  v1::UnmetNeedNoted& noted = *fact.mutable_noted();
  noted.set_need_id(command.need_id());
  noted.set_tenant(std::string(council));
  noted.set_person_id(note.person_id());
  noted.set_category(note.category());
  noted.set_area_code(note.area_code());
  noted.set_time_band(note.time_band());
  noted.set_reason(note.reason());
  noted.set_booking_id(note.booking_id());
  noted.set_words(note.words());
  return es::Decision::Of(NeedStream(command.need_id()), std::move(fact));
}

void EvolveNeed(internal::v1::NeedState& need, const v1::NeedFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::NeedFact::kNoted:
      need.set_need_id(fact.noted().need_id());
      break;
    case v1::NeedFact::FACT_NOT_SET:
      break;
  }
}

}  // namespace regard::bookings
