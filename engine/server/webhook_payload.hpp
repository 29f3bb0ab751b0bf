#pragma once

#include <string>
#include <string_view>

namespace reconcile::engine {

// What is wrong with a payload, for the log; empty where it is as notification-controller 1.9.3
// demands. Nothing of a payload is used: deliveries say when to look, not what to do.

/// GitHub's and Bitbucket's: JSON, or a form with the JSON in its field `payload`. As in Flux, JSON
/// is not read: the signature vouches for it.
std::string hub_payload_problem(std::string_view content_type, std::string_view body);
std::string dockerhub_payload_problem(std::string_view body);
std::string quay_payload_problem(std::string_view body);
std::string acr_payload_problem(std::string_view body);
std::string nexus_payload_problem(std::string_view body);
/// A CDEvent of specification 0.4: context, subject and a type that the specification knows, in a
/// compatible version, or a custom one. The subject's content is not compared with its schema.
std::string cdevent_problem(std::string_view body);

}  // namespace reconcile::engine
