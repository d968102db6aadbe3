"""Whether the template of a release is what AWS SAM's translator makes of template.yaml, apart from the function's code.

Usage: python3 .ci/same-as-sam.py release/persistent-chat-VERSION.yaml
It needs the Python package cfn-lint, which brings the translator along.
"""
import json
import os
import sys
from types import SimpleNamespace

from cfnlint.decode import cfn_yaml
from samtranslator.translator.transform import transform

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


def read(file):
    return json.loads(json.dumps(cfn_yaml.load(file)))


source = read("template.yaml")
source["Resources"]["PersistentChatFunction"]["Properties"]["CodeUri"] = "s3://bucket/key"
by_sam = transform(source, {}, SimpleNamespace(load=dict))
released = read(sys.argv[1])

# What differs on purpose: where the code is, and a note for "sam build".
released["Resources"]["PersistentChatFunction"]["Properties"]["Code"] = {"S3Bucket": "bucket", "S3Key": "key"}
del by_sam["Resources"]["PersistentChatFunction"]["Metadata"]
for name in ["CodeBucket", "CodeKey"]:
    del released["Parameters"][name]
del by_sam["Metadata"], released["Metadata"]
pairs = [(by_sam, released), (by_sam["Resources"], released["Resources"])]
different = [name for here, there in pairs for name in {**here, **there} if here.get(name) != there.get(name)]
if different:
    sys.exit(f"{sys.argv[1]} is not what AWS SAM's translator makes: {', '.join(different)}")
print(f"{sys.argv[1]}: as AWS SAM's translator, {len(by_sam['Resources'])} resources, {len(by_sam['Parameters'])} parameters")
