"""Whether the template of a release is what AWS SAM's translator makes of template.yaml, apart from the function's code.

Usage: python3 .ci/same-as-sam.py release/persistent-chat-VERSION.yaml
It needs the Python package cfn-lint, which brings the translator along.
"""
import json
import os
import sys

from cfnlint.decode import cfn_yaml
from samtranslator.translator.transform import transform

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


class NoManagedPolicies:
    def load(self):
        return {}


def read(file):
    return json.loads(json.dumps(cfn_yaml.load(file)))


source = read("template.yaml")
function = source["Resources"]["PersistentChatFunction"]
function["Properties"]["CodeUri"] = "s3://bucket/key"
by_sam = transform(source, {}, NoManagedPolicies())
released = read(sys.argv[1])

# What differs on purpose: where the code is, and a note for "sam build".
released["Resources"]["PersistentChatFunction"]["Properties"]["Code"] = {"S3Bucket": "bucket", "S3Key": "key"}
del by_sam["Resources"]["PersistentChatFunction"]["Metadata"]
for name in ["CodeBucket", "CodeKey"]:
    del released["Parameters"][name]
del by_sam["Metadata"], released["Metadata"]
different = [section for section in {**by_sam, **released} if by_sam.get(section) != released.get(section)]
for name, resource in by_sam["Resources"].items():
    if released["Resources"].get(name) != resource:
        different.append(name)
if different:
    sys.exit(f"{sys.argv[1]} is not what AWS SAM's translator makes: {', '.join(different)}")
print(f"{sys.argv[1]}: as AWS SAM's translator, {len(by_sam['Resources'])} resources, {len(by_sam['Parameters'])} parameters")
