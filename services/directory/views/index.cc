#include "services/directory/views/index.h"

#include <utility>

#include "libs/geo/postcode.h"
#include "services/directory/views/document.h"

namespace regard::directory {
namespace {

// A part is merged into the one before it unless that is this many times larger.
constexpr uint32_t kGrowth = 4;
// Parts below this size are not worth cleaning of their dead.
constexpr uint32_t kMinCleanedSize = 64;

}  // namespace

size_t Snapshot::size() const {
  size_t size = 0;
  for (const Part& part : parts) size += part.living();
  return size;
}

Index::Index() {
  next_.facets = std::make_shared<const FacetNames>();
  next_.gazetteer = std::make_shared<const geo::Gazetteer>();
  Publish();
}

std::shared_ptr<const Snapshot> Index::snapshot() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return snapshot_;
}

void Index::Apply(IndexChanges changes) {
  IndexedDocuments added;
  if (changes.gazetteer != nullptr) {
    next_.gazetteer = std::move(changes.gazetteer);
    Relocate(changes.sectors, added);
  }
  absl::flat_hash_set<std::string> changed;
  for (const auto& [id, row] : changes.documents) changed.insert(id);
  // A relocated document that also changed comes from its row.
  std::erase_if(added, [&](const auto& document) { return changed.contains(document->id); });
  for (const auto& [id, row] : changes.documents) {
    Remove(id);
    if (row.has_value()) added.push_back(Make(id, *row));
  }
  for (const auto& document : added) Remove(document->id);
  for (Snapshot::Part& part : next_.parts) {
    const auto dying = dying_.find(part.segment.get());
    if (dying != dying_.end()) part.dead = std::move(dying->second);
  }
  dying_.clear();
  Add(std::move(added));
  MergeSmall();
  Publish();
}

std::shared_ptr<const IndexedDocument> Index::Make(const std::string& id, const internal::v1::DocumentRow& row) {
  auto document = std::make_shared<IndexedDocument>();
  const v1::Listing& listing = row.listing();
  document->id = id;
  document->listing = listing.SerializeAsString();
  document->sector = listing.area();
  document->postcode = listing.postcode();
  document->tier = row.tier();
  document->online = listing.place() == providers::v1::PLACE_KIND_ONLINE;
  document->verified = !listing.verified_credentials().empty();
  document->comes_to_you = listing.place() == providers::v1::PLACE_KIND_PERSONS_HOME;
  if (document->comes_to_you) document->radius_m = listing.radius_m();
  if (listing.has_price()) {
    document->price_pence = listing.price().amount().pence();
    document->price_unit = listing.price().unit();
  }
  for (const FacetValue& value : FacetsOf(listing)) {
    if (const absl::optional<FacetId> facet = facets_.Number(value)) document->facets.push_back(*facet);
  }
  const auto add_stems = [&](const auto& stems, Field field) {
    for (const std::string& stem : stems) document->stems.emplace_back(stems_.Number(stem), field);
  };
  add_stems(row.title_stems(), Field::kTitle);
  add_stems(row.category_stems(), Field::kCategory);
  add_stems(row.text_stems(), Field::kText);
  document->at = Locate(*document);
  if (document->at.has_value()) document->cell = geo::CellIdOf(*document->at);
  return document;
}

absl::optional<geo::Point> Index::Locate(const IndexedDocument& document) const {
  if (document.online) return absl::nullopt;
  if (!document.postcode.empty()) {
    const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(document.postcode);
    if (postcode.ok()) {
      if (const absl::optional<geo::Place> place = next_.gazetteer->Find(*postcode)) return place->point;
    }
  }
  if (document.sector.empty()) return absl::nullopt;
  return next_.gazetteer->CentreOf(document.sector);
}

void Index::Relocate(const absl::flat_hash_set<std::string>& sectors, IndexedDocuments& changed) {
  for (const Snapshot::Part& part : next_.parts) {
    for (uint32_t number = 0; number < part.segment->size(); ++number) {
      const std::shared_ptr<const IndexedDocument>& document = part.segment->document(number);
      if (part.is_dead(number) || !sectors.contains(document->sector)) continue;
      const absl::optional<geo::Point> at = Locate(*document);
      if (at == document->at) continue;
      auto moved = std::make_shared<IndexedDocument>(*document);
      moved->at = at;
      moved->cell = at.has_value() ? geo::CellIdOf(*at) : 0;
      changed.push_back(std::move(moved));
    }
  }
}

void Index::Remove(const std::string& id) {
  const auto found = locations_.find(id);
  if (found == locations_.end()) return;
  const Location location = found->second;
  locations_.erase(found);
  for (Snapshot::Part& part : next_.parts) {
    if (part.segment.get() != location.segment) continue;
    std::shared_ptr<std::vector<bool>>& dying = dying_[location.segment];
    if (dying == nullptr) {
      dying = part.dead != nullptr ? std::make_shared<std::vector<bool>>(*part.dead)
                                   : std::make_shared<std::vector<bool>>(part.segment->size());
    }
    (*dying)[location.number] = true;
    ++part.dead_count;
    return;
  }
}

void Index::Add(IndexedDocuments documents) {
  if (documents.empty()) return;
  auto segment = std::make_shared<const Segment>(std::move(documents), stems_);
  for (uint32_t number = 0; number < segment->size(); ++number) {
    locations_[segment->document(number)->id] = {segment.get(), number};
  }
  next_.parts.push_back({std::move(segment), nullptr, 0});
}

IndexedDocuments Index::LivingOf(const Snapshot::Part& part) const {
  IndexedDocuments living;
  for (uint32_t number = 0; number < part.segment->size(); ++number) {
    if (!part.is_dead(number)) living.push_back(part.segment->document(number));
  }
  return living;
}

void Index::MergeSmall() {
  std::vector<Snapshot::Part>& parts = next_.parts;
  while (parts.size() >= 2 && parts[parts.size() - 2].living() <= kGrowth * parts.back().living()) {
    IndexedDocuments documents = LivingOf(parts[parts.size() - 2]);
    IndexedDocuments later = LivingOf(parts.back());
    documents.insert(documents.end(), later.begin(), later.end());
    parts.resize(parts.size() - 2);
    Add(std::move(documents));
  }
  std::vector<Snapshot::Part> kept;
  std::swap(kept, parts);
  for (Snapshot::Part& part : kept) {
    if (part.living() == 0) continue;
    if (part.segment->size() >= kMinCleanedSize && part.dead_count > part.segment->size() / 2) {
      Add(LivingOf(part));
    } else {
      parts.push_back(std::move(part));
    }
  }
}

void Index::Publish() {
  if (facets_.size() != facets_published_) {
    next_.facets = std::make_shared<const FacetNames>(facets_);
    facets_published_ = facets_.size();
  }
  std::shared_ptr<const Snapshot> snapshot = std::make_shared<const Snapshot>(next_);
  // The old one is let go of by whoever reads it last: here, then after the lock.
  std::lock_guard<std::mutex> lock(mutex_);
  snapshot_.swap(snapshot);
}

}  // namespace regard::directory
