# The block with Terraform: the two files of a release stand beside this one. See docs/install.md.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

locals {
  release      = "persistent-chat-2.1.1"
  instance_arn = "arn:aws:connect:REGION:ACCOUNT:instance/ID"
  bucket       = "BUCKET"
}

provider "aws" {
  region = split(":", local.instance_arn)[3]
}

data "aws_s3_bucket" "release" {
  bucket = local.bucket
}

resource "aws_s3_object" "release" {
  for_each = toset(["zip", "yaml"])
  bucket   = local.bucket
  key      = "${local.release}.${each.key}"
  source   = "${path.module}/${local.release}.${each.key}"
}

resource "aws_cloudformation_stack" "persistent_chat" {
  name         = "persistent-chat"
  template_url = "https://${data.aws_s3_bucket.release.bucket_regional_domain_name}/${aws_s3_object.release["yaml"].key}"
  capabilities = ["CAPABILITY_IAM"]
  parameters = {
    InstanceArn = local.instance_arn
    CodeBucket  = local.bucket
    CodeKey     = aws_s3_object.release["zip"].key
    # Settings: SourceContactCheck = "OWNER_REQUIRED"
  }
}
