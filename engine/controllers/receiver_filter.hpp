#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/api/receiver.hpp"
#include "engine/controllers/receiver_trigger.hpp"
#include "reconcile/io/http_message.hpp"

namespace reconcile::engine {

/// Deliveries of a receiver with filters: which of the resources each of them triggers is decided
/// by expressions over its body (`req`) and the metadata of the resource (`res`), as in
/// notification-controller 1.9.3. Safe from any thread; owned by a shared_ptr.
class ReceiverFilter : public std::enable_shared_from_this<ReceiverFilter> {
 public:
  /// Deliveries under way at once; more are refused.
  static constexpr std::size_t deliveries_max = 64;

  ReceiverFilter(TriggerServices services, std::string receiver, const ReceiverSpec& spec);

  /// Calls `done` once, from any thread, with whether everything that the filters accept was
  /// triggered; false where an expression fails or a resource cannot be read.
  void deliver(const io::HttpHeaders& headers, const std::string& body,
               const std::function<void(bool all)>& done);
  /// No trigger begins any more.
  void stop();

 private:
  struct Filtered {
    ReceiverResource resource;
    std::vector<cel::Expression> filters;  ///< all must be true
  };
  /// Asks for the resources, and answers those that are to be triggered.
  std::vector<ReceiverResource> accepted(const model::Document& request, bool& all);
  bool read_named(const Filtered& filtered, const model::Document& request,
                  std::vector<ReceiverResource>& into);
  bool read_wildcard(const Filtered& filtered, const model::Document& request,
                     std::vector<ReceiverResource>& into);
  void trigger(const std::vector<ReceiverResource>& resources, bool all,
               const std::function<void(bool all)>& done);
  std::shared_ptr<ReceiverTrigger> trigger_of(const ReceiverResource& resource);
  void warn(const ReceiverResource& resource, const std::string& problem) const;

  const TriggerServices services_;
  const std::string receiver_;
  std::vector<Filtered> resources_;
  std::atomic<std::size_t> under_way_{0};
  std::mutex mutex_;
  bool stopped_ = false;
  /// One for each object, so that deliveries that come fast lead to one annotation of it.
  std::map<std::string, std::shared_ptr<ReceiverTrigger>> triggers_;
};

}  // namespace reconcile::engine
