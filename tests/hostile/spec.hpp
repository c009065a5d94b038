#pragma once

#include "base/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parley::hostile {

struct param_spec {
  std::string name;
  bool required = false;
  const boost::json::value* schema = nullptr;
};

struct method_spec {
  std::string name;
  std::vector<param_spec> params;
  const boost::json::value* result = nullptr;
  /// Codes with which it may fail.
  std::set<int> errors;
};

/// docs/openrpc.json: what methods there are, and what an answer must be.
class spec {
public:
  static result<spec> load(const std::string& file);

  const std::vector<method_spec>& methods() const {
    return methods_;
  }
  const method_spec* find(std::string_view name) const;

  /// A schema without its `$ref`.
  const boost::json::value& resolve(const boost::json::value& schema) const;

  /// Where `given` is not as the schema says; empty if it is nowhere.
  std::string breach(const boost::json::value& schema,
                     const boost::json::value& given) const;

private:
  explicit spec(boost::json::value document);

  std::string breach_of_object(const boost::json::object& schema,
                               const boost::json::object& given) const;
  method_spec read(const boost::json::object& method) const;

  boost::json::value document_;
  std::vector<method_spec> methods_ = {};
};

} // namespace parley::hostile
