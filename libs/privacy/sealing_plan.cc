#include "libs/privacy/sealing_plan.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "regard/options/v1/options.pb.h"

namespace regard::privacy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

absl::Status CannotSeal(const FieldDescriptor& field, absl::string_view why) {
  return absl::InternalError(absl::StrCat(field.full_name(), " ", why));
}

// Walks one fact and gathers its personal fields by subject.
class FactWalk {
 public:
  explicit FactWalk(const Descriptor& fact) : fact_(fact) {}

  absl::StatusOr<std::vector<SealingPlan::Group>> Run() {
    const absl::Status walked = Walk(fact_);
    if (!walked.ok()) return walked;
    return std::move(groups_);
  }

 private:
  absl::Status Walk(const Descriptor& message) {
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      const absl::Status walked = PersonalSubjectOf(field) != nullptr ? AddPersonal(field) : WalkInto(field);
      if (!walked.ok()) return walked;
    }
    return absl::OkStatus();
  }

  absl::Status AddPersonal(const FieldDescriptor& field) {
    if (repeated_ != nullptr) {
      return CannotSeal(field, absl::StrCat("is inside repeated ", repeated_->full_name(), ": mark that one instead"));
    }
    const std::string& name = *PersonalSubjectOf(field);
    const FieldDescriptor* subject = fact_.FindFieldByName(name);
    if (subject == nullptr || subject->is_repeated() || subject->type() != FieldDescriptor::TYPE_STRING ||
        PersonalSubjectOf(*subject) != nullptr) {
      return CannotSeal(field, absl::StrCat("belongs to ", name, ", which is no public string field of ",
                                            fact_.full_name()));
    }
    PlaceFor(*subject).fields.push_back(&field);
    return absl::OkStatus();
  }

  absl::Status WalkInto(const FieldDescriptor& field) {
    if (field.type() != FieldDescriptor::TYPE_MESSAGE || IsValueMessage(*field.message_type())) {
      return absl::OkStatus();
    }
    for (const FieldDescriptor* outer : path_) {
      if (outer->message_type() == field.message_type()) return CannotSeal(field, "contains itself");
    }
    const FieldDescriptor* outer_repeated = repeated_;
    if (field.is_repeated() && repeated_ == nullptr) repeated_ = &field;
    path_.push_back(&field);
    const absl::Status walked = Walk(*field.message_type());
    path_.pop_back();
    repeated_ = outer_repeated;
    return walked;
  }

  SealingPlan::Place& PlaceFor(const FieldDescriptor& subject) {
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&subject](const SealingPlan::Group& group) { return group.subject == &subject; });
    if (group == groups_.end()) group = groups_.insert(group, SealingPlan::Group{&subject, {}});
    auto place = std::find_if(group->places.begin(), group->places.end(),
                              [this](const SealingPlan::Place& place) { return place.path == path_; });
    if (place == group->places.end()) place = group->places.insert(place, SealingPlan::Place{path_, {}});
    return *place;
  }

  const Descriptor& fact_;
  std::vector<const FieldDescriptor*> path_;
  // The outermost repeated message that the walk is in.
  const FieldDescriptor* repeated_ = nullptr;
  std::vector<SealingPlan::Group> groups_;
};

struct CachedPlan {
  const Descriptor* wrapper;
  SealingPlan plan;
  const CachedPlan* next;
};

// A program has a dozen wrappers at most, so a list that only grows is read faster than any map with a lock.
std::atomic<const CachedPlan*> cached_plans{nullptr};

const SealingPlan* FindCached(const Descriptor& wrapper) {
  for (const CachedPlan* cached = cached_plans.load(std::memory_order_acquire); cached != nullptr;
       cached = cached->next) {
    if (cached->wrapper == &wrapper) return &cached->plan;
  }
  return nullptr;
}

}  // namespace

const std::string* PersonalSubjectOf(const FieldDescriptor& field) {
  if (!field.options().HasExtension(regard::options::v1::personal)) return nullptr;
  return &field.options().GetExtension(regard::options::v1::personal).subject();
}

bool IsValueMessage(const Descriptor& message) { return message.file()->package() == "google.protobuf"; }

absl::StatusOr<SealingPlan> SealingPlan::Build(const Descriptor& wrapper) {
  if (wrapper.oneof_decl_count() != 1 || wrapper.oneof_decl(0)->field_count() != wrapper.field_count()) {
    return absl::InternalError(absl::StrCat(wrapper.full_name(), " is not one oneof of facts"));
  }
  SealingPlan plan;
  plan.oneof_ = wrapper.oneof_decl(0);
  for (int i = 0; i < plan.oneof_->field_count(); ++i) {
    const FieldDescriptor& member = *plan.oneof_->field(i);
    if (member.type() != FieldDescriptor::TYPE_MESSAGE || PersonalSubjectOf(member) != nullptr) {
      return CannotSeal(member, "is not a fact message");
    }
    absl::StatusOr<std::vector<Group>> groups = FactWalk(*member.message_type()).Run();
    if (!groups.ok()) return groups.status();
    plan.groups_.push_back(*std::move(groups));
  }
  return plan;
}

absl::StatusOr<const SealingPlan*> SealingPlan::Of(const Descriptor& wrapper) {
  if (const SealingPlan* cached = FindCached(wrapper)) return cached;
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (const SealingPlan* cached = FindCached(wrapper)) return cached;
  absl::StatusOr<SealingPlan> plan = Build(wrapper);
  if (!plan.ok()) return plan.status();
  const auto* added = new CachedPlan{&wrapper, *std::move(plan), cached_plans.load(std::memory_order_relaxed)};
  cached_plans.store(added, std::memory_order_release);
  return &added->plan;
}

const FieldDescriptor* SealingPlan::FactOf(const google::protobuf::Message& wrapper) const {
  return wrapper.GetReflection()->GetOneofFieldDescriptor(wrapper, oneof_);
}

}  // namespace regard::privacy
